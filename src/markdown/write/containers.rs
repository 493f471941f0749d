//! Admonitions and content tabs.

use super::{Place, Writer};
use crate::markdown::html::Tag;
use crate::markdown::{Admonition, Attributes, Fold, Inline, Tab};

impl Writer<'_> {
    pub(super) fn admonition(&mut self, admonition: &Admonition, attributes: &Attributes) {
        let classes = admonition.classes.join(" ");
        match admonition.fold {
            Fold::Never => {
                self.open("div", Tag::new().class("admonition").class(&classes), attributes);
                self.push("\n");
                if let Some(title) = &admonition.title {
                    self.push("<p class=\"admonition-title\">");
                    self.inlines(title);
                    self.push("</p>\n");
                }
            }
            fold => {
                let tag = Tag::new().class(&classes);
                let tag = if fold == Fold::Open { tag.with("open", "") } else { tag };
                self.open("details", tag, attributes);
                self.push("\n<summary>");
                self.summary(admonition.title.as_deref(), &admonition.classes);
                self.push("</summary>\n");
            }
        }
        self.blocks(&admonition.blocks);
        self.push(if admonition.fold == Fold::Never { "</div>\n" } else { "</details>\n" });
    }

    /// What opens and closes must have a name, also when its author blanked the title.
    fn summary(&mut self, title: Option<&[Inline]>, classes: &[String]) {
        match (title, classes.first()) {
            (Some(title), _) if !title.is_empty() => self.inlines(title),
            (_, Some(class)) => {
                let mut letters = class.chars();
                let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
                self.text(&first);
                self.text(letters.as_str());
            }
            _ => self.push("Details"),
        }
    }

    /// Radio buttons, their labels, and the blocks in the same order: they work without a script, and by keyboard.
    pub(super) fn tabs(&mut self, set: usize, tabs: &[Tab], attributes: &Attributes) {
        if self.place != Place::Own {
            return self.tabs_in_a_row(tabs);
        }
        let chosen = tabs.iter().position(|tab| tab.selected).unwrap_or(0);
        let numbers = format!("{set}:{}", tabs.len());
        let tag = Tag::new().class("tabbed-set tabbed-alternate").with("data-tabs", &numbers);
        self.open("div", tag, attributes);
        for index in 0..tabs.len() {
            let checked = if index == chosen { " checked" } else { "" };
            let number = index + 1;
            self.push(&format!(
                "<input{checked} id=\"__tabbed_{set}_{number}\" name=\"__tabbed_{set}\" type=\"radio\">"
            ));
        }
        self.push("<div class=\"tabbed-labels\">");
        for (index, tab) in tabs.iter().enumerate() {
            self.push(&format!("<label for=\"__tabbed_{set}_{}\">", index + 1));
            self.inlines(&tab.label);
            self.push("</label>");
        }
        self.push("</div>\n<div class=\"tabbed-content\">\n");
        for tab in tabs {
            self.push("<div class=\"tabbed-block\">\n");
            self.blocks(&tab.blocks);
            self.push("</div>\n");
        }
        self.push("</div>\n</div>\n");
    }

    /// Beside other pages' content the numbers of tab sets would meet: there each tab follows its label.
    fn tabs_in_a_row(&mut self, tabs: &[Tab]) {
        for tab in tabs {
            self.push("<p><strong>");
            self.inlines(&tab.label);
            self.push("</strong></p>\n");
            self.blocks(&tab.blocks);
        }
    }
}
