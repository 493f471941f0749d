//! The one file that knows `merman`.

use super::Fault;

/// The picture of `source`, as `merman` draws it.
#[cfg(not(feature = "diagrams"))]
pub(super) fn svg(_: &str) -> Result<String, Fault> {
    Err(Fault::unsupported("this runproof was built without the feature `diagrams`"))
}

#[cfg(feature = "diagrams")]
pub(super) use drawn::svg;

#[cfg(feature = "diagrams")]
mod drawn {
    use super::Fault;
    use crate::markdown::diagram::widths;
    use merman::svg::{
        DeterministicTextMeasurer, MeasurementProfileId, RenderResourcePolicy, SvgEnvironment,
        SvgRenderOptions, TextMeasurementPolicy, TextMeasurementProfile, TextMeasurementProfileIdentity,
        TextStyle,
    };
    use merman::{
        Engine, MermaidConfig, OperationControl, RenderError, RenderOutput, RenderRequest, Renderer,
        SvgRequest, TerminalDiagnostic,
    };
    use serde_json::{Value, json};
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::OnceLock;

    /// The picture of `source`, as `merman` draws it.
    pub(in super::super) fn svg(source: &str) -> Result<String, Fault> {
        let request = RenderRequest::svg(source, OperationControl::new(), request());
        // Pages are anybody's text, and the crate is young: what it cannot draw must not end the build.
        let drawn = catch_unwind(AssertUnwindSafe(|| renderer().render(request)));
        match drawn {
            Ok(Ok(RenderOutput::Svg(Some(svg)))) => Ok(svg.into_parts().0),
            Ok(Ok(_) | Err(RenderError::NoDiagram)) => Err(Fault {
                syntax: true,
                message: "it does not begin with the name of a diagram, such as `flowchart`".to_string(),
                place: None,
            }),
            Ok(Err(error)) => Err(fault(&error)),
            Err(_) => Err(Fault::unsupported("drawing it failed")),
        }
    }

    fn fault(error: &RenderError) -> Fault {
        match error {
            RenderError::Parse(error) => of_parse(error),
            RenderError::ResourceLimitExceeded(_) => Fault::unsupported("it is too large to be laid out"),
            error => Fault::unsupported(error.to_string()),
        }
    }

    fn of_parse(error: &TerminalDiagnostic) -> Fault {
        let details = error.terminal_diagnostic_details();
        let family = details.diagram_type.unwrap_or_default();
        if details.code.ends_with("unsupported_diagram") {
            return Fault::unsupported(format!("diagrams of the family `{family}` are not drawn"));
        }
        let message = error.terminal_safe_message();
        let message = message.strip_prefix(&format!("Diagram parse error ({family}): ")).unwrap_or(&message);
        Fault {
            syntax: true,
            message: message.split_whitespace().collect::<Vec<_>>().join(" "),
            place: details.span.map(|span| span.start..span.end),
        }
    }

    fn renderer() -> &'static Renderer {
        static RENDERER: OnceLock<Renderer> = OnceLock::new();
        RENDERER.get_or_init(|| {
            // What a page says about these keys does not count: labels of HTML and other looks are not cleaned here.
            let secure = [
                "secure",
                "securityLevel",
                "maxTextSize",
                "theme",
                "themeVariables",
                "htmlLabels",
                "flowchart",
                "class",
                "look",
                "fontFamily",
            ];
            // Where all families have one theme and look, `merman` works the theme out once and not for each picture.
            let mut config = MermaidConfig::from_value(json!({
                "theme": "redux-color",
                "look": "classic",
                "htmlLabels": false,
                "flowchart": { "htmlLabels": false },
                "class": { "htmlLabels": false },
                "securityLevel": "strict",
                "fontFamily": "sans-serif",
                "gantt": { "fontSize": 13, "sectionFontSize": 13, "barHeight": 24, "leftPadding": 110 },
                "themeVariables": slices(),
                "secure": secure,
            }));
            for family in ["class", "er", "flowchart", "sequence", "state"] {
                config.set_value(&format!("{family}.theme"), json!("redux-color"));
                config.set_value(&format!("{family}.look"), json!("classic"));
            }
            Renderer::new().with_engine(Engine::new().with_site_config(config))
        })
    }

    /// The parts of a whole are told from each other by colours that say their number.
    fn slices() -> Value {
        (1..=12).map(|number| (format!("pie{number}"), json!(format!("#0000{number:02x}")))).collect()
    }

    /// Measures text as the theme writes it; `merman` alone has but a rule of thumb.
    fn measures() -> TextMeasurementPolicy {
        let width = |text: &str, style: &TextStyle| {
            let bold = style.font_weight.as_deref().is_some_and(|weight| weight.starts_with("bold"));
            widths::width(text, style.font_size, bold)
        };
        let name = MeasurementProfileId::new("arial")
            .and_then(|name| TextMeasurementProfileIdentity::new(name, "1"));
        let Ok(name) = name else { return TextMeasurementPolicy::deterministic() };
        let measurer = DeterministicTextMeasurer::default().with_width_callback(width);
        TextMeasurementPolicy::uniform(TextMeasurementProfile::new(name, measurer))
    }

    /// The limits are counted in steps of the work and not in seconds, so that every machine draws the same.
    fn request() -> SvgRequest {
        let environment = SvgEnvironment::deterministic()
            .with_resource_policy(RenderResourcePolicy::constrained())
            .with_text_measurement_policy(measures());
        let options = SvgRenderOptions { diagram_id: Some("d".to_string()), ..SvgRenderOptions::default() };
        SvgRequest { environment, options, ..SvgRequest::default() }
    }
}
