//! Which policies of a page are in force for one of its snippets.

use super::model::{Kind, Snippet};
use crate::markdown::Document;

/// The policies in force, as far as the page tells. Which of them enforce is for those to say who read policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InForce {
    /// Names or files that the author lists, or that a scenario names: `Enforced by: limits.yaml`.
    Named(Vec<String>),
    /// Policies that the snippet itself sends, as indices of the page's snippets.
    Applied(Vec<usize>),
    /// The nearest policy above, below the same heading of level 2: its index.
    Nearest(usize),
    /// Every policy of the page.
    Page(Vec<usize>),
    /// The page has none: those of its section, if any.
    Section,
}

/// The policies in force for snippet `at` of the page's `snippets`; the first rule that applies.
pub fn in_force(document: &Document, snippets: &[Snippet], at: usize) -> InForce {
    let Some(snippet) = snippets.get(at) else { return InForce::Section };
    if !snippet.scope.named.is_empty() {
        return InForce::Named(snippet.scope.named.clone());
    }
    let policies: Vec<usize> =
        (0..snippets.len()).filter(|index| snippets[*index].kind == Kind::Policy).collect();
    let applied = policies.iter().copied().filter(|index| is_applied(&snippets[*index], snippet));
    let applied: Vec<usize> = applied.collect();
    if !applied.is_empty() {
        return InForce::Applied(applied);
    }
    let section = section(document, snippet);
    let above = policies
        .iter()
        .rev()
        .find(|index| **index < at && self::section(document, &snippets[**index]) == section);
    match above {
        Some(index) => InForce::Nearest(*index),
        None if policies.is_empty() => InForce::Section,
        None => InForce::Page(policies),
    }
}

/// Does `snippet` send the file that the policy's fence has as its title?
fn is_applied(policy: &Snippet, snippet: &Snippet) -> bool {
    let file = |name: &str| name.trim_start_matches("./").to_string();
    policy
        .title
        .as_deref()
        .is_some_and(|title| snippet.scope.applied.iter().any(|name| file(name) == file(title)))
}

/// The heading of level 1 or 2 that a snippet stands below; a policy and the commands that test it usually stand
/// below sibling headings of level 3.
fn section(document: &Document, snippet: &Snippet) -> Option<usize> {
    let last = snippet.heading?;
    (0..=last).rev().find(|index| document.headings.get(*index).is_some_and(|heading| heading.level <= 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::{self, Dialect};
    use crate::snippet::collect;
    use crate::source::{SitePath, Sources};

    const POLICY: &str = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: a\n";

    fn in_force_of(text: &str) -> InForce {
        let path = SitePath::new("a.md");
        let sources = Sources::in_memory([("a.md", text)]);
        let document = markdown::parse(&sources, &sources.get(&path).unwrap(), &Dialect::default());
        let snippets = collect(&document, &path).snippets;
        in_force(&document, &snippets, snippets.len() - 1)
    }

    #[test]
    fn the_first_rule_that_applies_holds() {
        let policy = |title: &str| format!("```yaml{title}\n{POLICY}```\n\n");
        let test = |line: &str| format!("```bash\n{line}\nkubectl run a --image=b\n```\n");
        let (one, titled) = (policy(""), policy(" title=\"p.yaml\""));
        assert_eq!(in_force_of(&test("ls")), InForce::Section);
        let page = format!("## A\n\n{one}{one}## B\n\n{}", test("ls"));
        assert_eq!(in_force_of(&page), InForce::Page(vec![0, 1]));
        let siblings = format!("## A\n\n### P\n\n{one}{one}### T\n\n{}", test("ls"));
        assert_eq!(in_force_of(&siblings), InForce::Nearest(1));
        let applied = format!("## A\n\n{titled}{one}{}", test("kubectl apply -f p.yaml"));
        assert_eq!(in_force_of(&applied), InForce::Applied(vec![0]));
        let named = format!("{one}<!-- snippet: policies=x -->\n{}", test("ls"));
        assert_eq!(in_force_of(&named), InForce::Named(vec!["x".to_string()]));
    }
}
