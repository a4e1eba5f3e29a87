//! The customers who wait for a person, the most urgent first.

use super::enter::enter;
use super::leave_when_unused;
use super::words;
use crate::api::call;
use crate::design::{ActionRow, Badge, Button, ButtonKind, EmptyState, PageHead, dates};
use crate::errors::{After, Doing, retry_of, waiting_page};
use crate::shell::look_while_used;
use bank_contract::BankError;
use bank_contract::backoffice::{LeaveAsStaff, ShowStaff, StaffView};
use bank_contract::care::{CaseLine, LISTED, LISTED_MAX, ListCases};
use leptos::prelude::*;
use leptos_meta::Title;

/// None for whoever has not come in.
type Desk = Result<Option<(StaffView, Vec<CaseLine>)>, BankError>;

async fn desk(most: u32) -> Desk {
    match call(ShowStaff {}).await {
        Ok(Some(me)) => Ok(Some((me, call(ListCases { most }).await?))),
        Ok(None) | Err(BankError::NotAllowed | BankError::NotSignedIn) => Ok(None),
        Err(error) => Err(error),
    }
}

#[component]
pub fn StaffPage() -> impl IntoView {
    let most = RwSignal::new(LISTED);
    let desk: Resource<Desk> = Resource::new_blocking(move || most.get(), desk);
    let again = retry_of(move || desk.refetch());
    let leaving = Doing::new();
    // Nobody is in: there is nothing to look for.
    let outside = RwSignal::new(false);
    Effect::new(move |_| {
        look_while_used(move || {
            if !outside.get_untracked() {
                desk.refetch();
            }
        });
    });
    leave_when_unused();
    let told = RwSignal::new(String::new());
    Effect::new(move |_| {
        let desk = desk.get();
        outside.set(matches!(desk, Some(Ok(None))));
        match desk {
            Some(Ok(Some((_, cases)))) => told.set(waiting(&cases)),
            Some(Ok(None)) => told.set(String::new()),
            Some(Err(_)) | None => {}
        }
    });
    let content = waiting_page("For people who work here", 4, again, move || async move {
        Ok(match desk.await? {
            Some((me, cases)) => shown(&me, cases, most, leaving, again),
            None => enter(again),
        })
    });
    view! {
        <Title text="Staff" />
        {content}
        <div class="visually-hidden" role="status">
            {move || told.get()}
        </div>
    }
}

/// How many customers wait, in words.
fn waiting(cases: &[CaseLine]) -> String {
    match cases.iter().filter(|case| case.waits).count() {
        1 => "One customer waits".to_owned(),
        count => format!("{count} customers wait"),
    }
}

fn shown(me: &StaffView, cases: Vec<CaseLine>, most: RwSignal<u32>, leaving: Doing, left: Callback<()>) -> AnyView {
    let on_leave = move |_| {
        leaving.start(async move {
            match call(LeaveAsStaff {}).await {
                // The session had ended before.
                Ok(()) | Err(BankError::NotAllowed | BankError::NotSignedIn) => {}
                Err(error) => return Err(error),
            }
            left.try_run(());
            Ok(After::Stay)
        });
    };
    let (listed, wanted) = (cases.len(), most.get_untracked());
    let more = (listed >= wanted as usize && wanted < LISTED_MAX).then(|| {
        let on_more = move |_| most.update(|most| *most = (*most + LISTED).min(LISTED_MAX));
        view! {
            <div class="cluster">
                <Button kind=ButtonKind::Quiet on:click=on_more>
                    "Show more"
                </Button>
            </div>
        }
    });
    let as_whom = format!(
        "You work as {}, until {}. Customers see this name beside your answers.",
        me.name,
        dates::moment(me.until)
    );
    view! {
        <PageHead title="Customers who wait" />
        <div class="stack">
            <p class="muted">{as_whom}</p>
            {rows(cases)}
            {more}
            {leaving.note()}
            <div class="cluster">
                <Button kind=ButtonKind::Quiet busy=leaving.busy() on:click=on_leave>
                    "Leave"
                </Button>
            </div>
        </div>
    }
    .into_any()
}

pub(crate) fn rows(cases: Vec<CaseLine>) -> AnyView {
    if cases.is_empty() {
        return view! {
            <EmptyState
                icon="check-circle"
                title="Nobody waits for a person"
                text="Whoever is handed over by the assistant appears here by itself."
            />
        }
        .into_any();
    }
    let row = |case: CaseLine| {
        let (kind, turn) = words::turn(&case);
        view! {
            <li>
                <ActionRow
                    href=format!("/staff/cases/{}", case.case)
                    title=words::reason(case.reason)
                    text=format!("Last written {}", dates::moment(case.last_at))
                >
                    <Badge kind text=turn />
                </ActionRow>
            </li>
        }
    };
    view! { <ul class="rows">{cases.into_iter().map(row).collect_view()}</ul> }.into_any()
}
