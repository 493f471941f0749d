#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;

/// Every family that is drawn, and what its text alternative begins with.
const FAMILIES: &[(&str, &str)] = &[
    ("flowchart LR\n  a_b[One] -->|yes| c\n  subgraph s [Group]\n  c\n  end\n", "Flowchart: One → c (yes)"),
    ("graph TD\n  A --> B --> C\n", "Flowchart: A → B; B → C"),
    (
        "sequenceDiagram\n  participant A as Ann\n  A->>B: Hi\n  B--xA: No\n",
        "Sequence diagram: Ann → B: Hi; B → Ann: No",
    ),
    ("stateDiagram-v2\n  [*] --> Still\n  Still --> [*]\n", "State diagram: Still"),
    ("classDiagram\n  Animal <|-- Duck\n  Animal : +int age\n", "Class diagram: Animal, +int age, Duck"),
    ("erDiagram\n  CUSTOMER ||--o{ ORDER : places\n", "Entity relationship diagram: places, CUSTOMER, ORDER"),
    (
        "gantt\n  title Plan\n  dateFormat YYYY-MM-DD\n  section One\n  Write :a1, 2026-01-01, 3d\n  Read :crit, after a1, 2d\n",
        "Gantt chart: ",
    ),
    ("pie title Pets\n  \"Dogs\" : 386\n  \"Cats\" : 85\n", "Pie chart: "),
    ("quadrantChart\n  x-axis Low --> High\n  quadrant-1 Expand\n  A: [0.3, 0.6]\n", "Quadrant chart: "),
];

fn svg(source: &str) -> String {
    draw(source).unwrap().svg
}

fn alternative(svg: &str) -> &str {
    svg.split("aria-label=\"").nth(1).unwrap().split('"').next().unwrap()
}

#[test]
fn every_family_is_drawn_with_what_it_says() {
    for (source, words) in FAMILIES {
        let svg = svg(source);
        assert!(alternative(&svg).starts_with(words), "{}", alternative(&svg));
        assert!(svg.contains("role=\"img\""));
        assert_eq!(svg, self::svg(source), "the same source gives the same bytes");
    }
}

#[test]
fn a_picture_holds_nothing_that_a_strict_policy_refuses() {
    let hostile = "flowchart LR\n  a[\"<img src=x onerror=alert(1)> <script>x</script> javascript:\"] --> b\n  \
                   click a \"javascript:alert(1)\"\n  click b \"https://example.com\"\n  \
                   style a fill:#f00,stroke:red,background:red\n  %% </svg>\n";
    let sources = FAMILIES.iter().map(|(source, _)| *source).chain([hostile]);
    for source in sources {
        let svg = svg(source);
        let tags: Vec<&str> = svg.split('<').skip(1).map(|tag| tag.split('>').next().unwrap()).collect();
        let known =
            ["svg", "g", "path", "rect", "circle", "ellipse", "line", "polygon", "polyline", "text", "tspan"];
        for tag in tags {
            let name = tag.trim_start_matches('/').split(' ').next().unwrap();
            assert!(known.contains(&name), "<{tag}>");
            for refused in [" style=", " id=", " href", " on", "url("] {
                assert!(!tag.contains(refused) || tag.starts_with("svg"), "<{tag}>");
            }
        }
    }
}

#[test]
fn the_author_s_colours_stay_where_text_can_be_read() {
    let svg = svg(
        "flowchart LR\n  a --> b --> c\n  style a fill:#ffff00,color:#ffffff\n  style b fill:#9e6ffe,color:#1b1d1e\n  style c color:#fefefe\n",
    );
    assert!(svg.contains("fill=\"#ffff00\"") && svg.contains("<text fill=\"#111\""), "{svg}");
    assert!(svg.contains("<text fill=\"#1b1d1e\"") && !svg.contains("#fefefe"), "{svg}");
}

#[test]
fn the_author_s_words_are_the_text_alternative() {
    let svg = svg("flowchart LR\n  accTitle: How it \"works\"\n  accDescr: In one step.\n  a --> b\n");
    assert_eq!(alternative(&svg), "How it &quot;works&quot;. In one step.");
}

#[test]
fn what_is_wrong_is_told_where_it_is() {
    let fault = draw("%% comment\nflowchart LR\n  a --> b\n  c[open --> d\n").unwrap_err();
    let line = fault.place.map(|place| {
        "%% comment\nflowchart LR\n  a --> b\n  c[open --> d\n"[..place.start].matches('\n').count()
    });
    assert_eq!((fault.syntax, line), (true, Some(3)), "{}", fault.message);
    for (source, syntax) in
        [("", true), ("what\n", true), ("mindmap\n  a\n", false), (&"x".repeat(60_000), false)]
    {
        assert_eq!(draw(source).unwrap_err().syntax, syntax, "{}", source.len());
    }
}

#[test]
fn no_cut_of_a_diagram_panics() {
    for (source, _) in FAMILIES {
        for end in (0..source.len()).filter(|end| source.is_char_boundary(*end)) {
            let _ = draw(&source[..end]);
        }
    }
}

#[test]
fn what_is_large_or_deep_comes_to_an_end() {
    let chain: String = (0..2_000).map(|at| format!("n{at}-->n{}\n", at + 1)).collect();
    let dense: String = (0..6_000).map(|at| format!("n{}-->n{}\n", at % 70, at * 7 % 71)).collect();
    let deep = format!("{}{}", "subgraph a\n".repeat(2_000), "end\n".repeat(2_000));
    for body in [chain, dense, deep, "a[".repeat(20_000), "((((".repeat(10_000)] {
        let source: String = format!("flowchart LR\n{body}").chars().take(LONGEST).collect();
        let _ = draw(&source);
    }
}
