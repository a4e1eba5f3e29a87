//! The programs in the profile: see them, let one in, shut one out.

use super::list::TokenTable;
use crate::api::call;
use crate::design::{Button, ButtonKind, Dialog, EmptyState, LinkButton, Toasts, use_toasts};
use crate::errors::{After, Doing, retry_of, waiting};
use bank_contract::tokens::{ListTokens, RevokeToken, TokenView};
use bank_contract::{BankError, TokenId};
use leptos::prelude::*;

const NEW: &str = "/profile/tokens/new";

/// The question over the list lives beside it, so that a fresh list does not take it along.
#[derive(Clone, Copy)]
pub(crate) struct Programs {
    tokens: Resource<Result<Vec<TokenView>, BankError>>,
    asking: RwSignal<bool>,
    about: RwSignal<Option<(TokenId, String)>>,
    doing: Doing,
    toasts: Toasts,
}

impl Programs {
    pub(crate) fn new() -> Self {
        Self {
            tokens: Resource::new_blocking(|| (), |()| call(ListTokens {})),
            asking: RwSignal::new(false),
            about: RwSignal::new(None),
            doing: Doing::new(),
            toasts: use_toasts(),
        }
    }

    pub(crate) fn section(self) -> AnyView {
        let tokens = self.tokens;
        let shut_out = Callback::new(move |about| self.ask(about));
        let list = waiting(2, retry_of(move || tokens.refetch()), move || async move {
            let tokens = tokens.await?;
            Ok(if tokens.is_empty() {
                nobody()
            } else {
                view! {
                    <TokenTable tokens shut_out />
                    <div class="cluster">{let_in()}</div>
                }
                .into_any()
            })
        });
        view! {
            <section class="section" aria-labelledby="programs-heading">
                <h2 id="programs-heading">"Programs"</h2>
                <p class="muted">
                    "A program, such as your bookkeeping, can read your accounts or pay within bounds that you set. Each \
                     has a token of its own, and you can shut it out at any time."
                </p>
                {list}
            </section>
        }
        .into_any()
    }

    fn ask(self, about: (TokenId, String)) {
        self.doing.clear();
        self.about.set(Some(about));
        self.asking.set(true);
    }

    pub(crate) fn dialog(self) -> AnyView {
        view! {
            <Dialog open=self.asking title="Shut this program out?">
                {self.question()}
            </Dialog>
        }
        .into_any()
    }

    fn question(self) -> AnyView {
        let (asking, about, doing) = (self.asking, self.about, self.doing);
        let on_shut_out = move |_| {
            if let Some((token, _)) = about.get_untracked() {
                doing.start(self.shut_out(token));
            }
        };
        let name = move || about.with(|about| about.as_ref().map(|(_, name)| name.clone()));
        view! {
            <p>
                "“"{name}
                "” can no longer read your accounts or pay from them, from this moment on. What it has paid stays paid."
            </p>
            <p>
                "A payment that already waits for your yes still waits: cancel it if you do not want it. To come in again, \
                 the program needs a new token."
            </p>
            {doing.note()}
            <div class="form-actions">
                <Button kind=ButtonKind::Danger busy=doing.busy() on:click=on_shut_out>
                    "Shut it out"
                </Button>
                <Button kind=ButtonKind::Quiet on:click=move |_| asking.set(false)>
                    "Keep it"
                </Button>
            </div>
        }
        .into_any()
    }

    async fn shut_out(self, token: TokenId) -> Result<After, BankError> {
        call(RevokeToken { token }).await?;
        self.asking.try_set(false);
        self.toasts.say("The program is shut out.");
        self.tokens.refetch();
        Ok(After::Stay)
    }
}

fn nobody() -> AnyView {
    view! {
        <EmptyState icon="plug" title="No program is let in" text="No program reads your accounts or pays from them.">
            {let_in()}
        </EmptyState>
    }
    .into_any()
}

fn let_in() -> AnyView {
    view! {
        <LinkButton href=NEW kind=ButtonKind::Quiet>
            "Let a program in"
        </LinkButton>
    }
    .into_any()
}
