//! A table that becomes a list of cards on a phone, and stays a table for whoever listens.

use leptos::prelude::*;

/// The heading of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub title: String,
    /// Set flush right, in figures of equal width.
    pub numeric: bool,
}

impl Column {
    pub fn text(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            numeric: false,
        }
    }

    pub fn figures(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            numeric: true,
        }
    }
}

/// The first cell of each row is its heading. The roles are written out because a table that is
/// laid out as blocks loses them in some browsers.
#[component]
pub fn DataTable(#[prop(into)] caption: String, columns: Vec<Column>, rows: Vec<Vec<AnyView>>) -> impl IntoView {
    let class = |column: &Column| column.numeric.then_some("numeric");
    let heads = columns
        .iter()
        .map(|column| {
            view! {
                <th role="columnheader" scope="col" class=class(column)>
                    {column.title.clone()}
                </th>
            }
        })
        .collect_view();
    let cell = |(index, (column, cell)): (usize, (&Column, AnyView))| {
        let title = column.title.clone();
        if index == 0 {
            view! {
                <th role="rowheader" scope="row" data-label=title class=class(column)>
                    {cell}
                </th>
            }
            .into_any()
        } else {
            view! {
                <td role="cell" data-label=title class=class(column)>
                    {cell}
                </td>
            }
            .into_any()
        }
    };
    let rows = rows
        .into_iter()
        .map(|cells| {
            let cells = columns.iter().zip(cells).enumerate().map(cell).collect_view();
            view! { <tr role="row">{cells}</tr> }
        })
        .collect_view();
    view! {
        <table class="data" role="table">
            <caption>{caption}</caption>
            <thead role="rowgroup">
                <tr role="row">{heads}</tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}
