//! Tables as the Kyverno command line draws them.

/// A table with a heading. Cells with line ends are cut at the first.
pub(super) fn draw(heading: &[&str], rows: &[Vec<String>]) -> String {
    let first = |cell: &str| cell.lines().next().unwrap_or_default().to_string();
    let heading: Vec<String> = heading.iter().map(|cell| (*cell).to_string()).collect();
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| first(cell)).collect()).collect();
    let width = |column: usize| {
        let cells = rows.iter().chain([&heading]).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heading.len()).map(width).collect();
    let rule = format!("│{}\n", widths.iter().map(|width| "─".repeat(width + 2) + "│").collect::<String>());
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!(" {cell:<width$} │"));
        format!("│{}\n", cells.collect::<String>())
    };
    let body: String = rows.iter().map(line).collect();
    format!("{rule}{}{rule}{body}{rule}", line(&heading))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let drawn = draw(&["ID", "A"], &[vec!["1".into(), "long\ntext".into()]]);
        let lines: Vec<&str> = drawn.lines().collect();
        assert_eq!(
            lines,
            ["│────│──────│", "│ ID │ A    │", "│────│──────│", "│ 1  │ long │", "│────│──────│"]
        );
    }
}
