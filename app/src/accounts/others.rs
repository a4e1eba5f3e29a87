//! Accounts of others that the reader holds a mandate for: a group for each owner and each way to stand to them.

use super::home::account_row;
use bank_contract::accounts::{AccountView, Standing};
use leptos::prelude::*;

/// "Accounts of Anna Weber · you may look"; nothing for one's own.
pub(super) fn heading(standing: &Standing) -> Option<String> {
    let (owner, may) = match standing {
        Standing::Owner => return None,
        Standing::Joint { owner, .. } => return Some(format!("Held with {owner}")),
        Standing::Delegate { owner, .. } => (owner, "you may pay"),
        Standing::Viewer { owner, .. } => (owner, "you may look"),
    };
    Some(format!("Accounts of {owner} · {may}"))
}

/// Neighbours with the same heading belong together.
fn grouped(accounts: Vec<AccountView>) -> Vec<(String, Vec<AccountView>)> {
    let mut groups: Vec<(String, Vec<AccountView>)> = Vec::new();
    for account in accounts {
        let Some(heading) = heading(&account.standing) else {
            continue;
        };
        match groups.iter_mut().find(|(other, _)| *other == heading) {
            Some((_, group)) => group.push(account),
            None => groups.push((heading, vec![account])),
        }
    }
    groups
}

pub(super) fn groups(accounts: Vec<AccountView>) -> AnyView {
    grouped(accounts)
        .into_iter()
        .enumerate()
        .map(|(place, (heading, accounts))| {
            let id = format!("others-{place}-heading");
            let label = id.clone();
            let rows = accounts
                .into_iter()
                .map(|account| view! { <li>{account_row(account)}</li> })
                .collect_view();
            view! {
                <section class="section" aria-labelledby=label>
                    <div class="section-head">
                        <h2 id=id>{heading}</h2>
                        <a class="tap" href="/mandates">
                            "What you may do"
                        </a>
                    </div>
                    <ul class="rows">{rows}</ul>
                </section>
            }
        })
        .collect_view()
        .into_any()
}
