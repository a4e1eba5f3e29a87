//! The programs that are let in, and those that were not long ago.

use super::words;
use crate::design::{Badge, Button, ButtonKind, Column, DataTable, NoticeKind, dates};
use bank_contract::TokenId;
use bank_contract::tokens::{TokenState, TokenView};
use leptos::prelude::*;

/// `shut_out` hears which one, and its name.
#[component]
pub(crate) fn TokenTable(tokens: Vec<TokenView>, shut_out: Callback<(TokenId, String)>) -> impl IntoView {
    let columns = vec![
        Column::text("Program"),
        Column::text("Last used"),
        Column::text("Until"),
        Column::text("Change"),
    ];
    let rows = tokens.into_iter().map(|token| row(token, shut_out)).collect();
    view! { <DataTable caption="Programs that you let in" columns rows /> }
}

fn row(token: TokenView, shut_out: Callback<(TokenId, String)>) -> Vec<AnyView> {
    let until = until(&token);
    let last_used = token.last_used_at.map_or_else(|| "Not yet".to_owned(), dates::moment);
    let name = view! {
        <span class="row-text">
            <span>{token.name.clone()}</span>
            <span class="row-note">{words::may(&token)}</span>
            {words::spent(&token).map(|spent| view! { <span class="row-note">{spent}</span> })}
            <span class="row-note">"Its token ends in " <span class="code">{token.hint}</span></span>
        </span>
    };
    let change = if token.state == TokenState::Active {
        let (id, name) = (token.token, token.name);
        let label = format!("Shut out {name}");
        view! {
            <Button kind=ButtonKind::Quiet attr:aria-label=label on:click=move |_| shut_out.run((id, name.clone()))>
                "Shut out"
            </Button>
        }
        .into_any()
    } else {
        view! { <span class="muted">"Has ended"</span> }.into_any()
    };
    vec![name.into_any(), last_used.into_any(), until, change]
}

fn until(token: &TokenView) -> AnyView {
    let day = dates::day(token.expires_at.date());
    match token.state {
        TokenState::Active => day.into_any(),
        TokenState::Expired => view! {
            <span class="cluster">
                <Badge kind=NoticeKind::Pending text="Expired" />
                {day}
            </span>
        }
        .into_any(),
        TokenState::Revoked => view! { <Badge text="Shut out" /> }.into_any(),
    }
}
