//! Where somebody is signed in, and signing out there.

use crate::api::call;
use crate::design::{Badge, Button, ButtonKind, Column, DataTable, Dialog, NoticeKind, Toasts, dates, use_toasts};
use crate::errors::{After, Doing};
use crate::shell::leave_for;
use bank_contract::SessionId;
use bank_contract::identity::{RevokeSession, SessionView, SignOutEverywhere};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub(super) struct Sessions {
    changed: Callback<()>,
    asking: RwSignal<bool>,
    everywhere: Doing,
    one: Doing,
    ending: RwSignal<Option<SessionId>>,
    toasts: StoredValue<Toasts>,
}

impl Sessions {
    pub(super) fn new(changed: Callback<()>) -> Self {
        Self {
            changed,
            asking: RwSignal::new(false),
            everywhere: Doing::new(),
            one: Doing::new(),
            ending: RwSignal::new(None),
            toasts: StoredValue::new(use_toasts()),
        }
    }

    pub(super) fn list(self, sessions: Vec<SessionView>) -> AnyView {
        let columns = vec![
            Column::text("Device"),
            Column::text("Signed in"),
            Column::text("Last seen"),
            Column::text("Change"),
        ];
        let rows = sessions.into_iter().map(|session| self.row(session)).collect();
        let on_everywhere = move |_| {
            self.everywhere.clear();
            self.asking.set(true);
        };
        view! {
            <section class="section" aria-labelledby="sessions-heading">
                <div class="section-head">
                    <h2 id="sessions-heading">"Where you are signed in"</h2>
                    <Button kind=ButtonKind::Quiet on:click=on_everywhere>
                        "Sign out everywhere"
                    </Button>
                </div>
                <p class="muted">"Sign out any device that you do not know."</p>
                {self.one.note()}
                <DataTable caption="Devices that are signed in" columns rows />
            </section>
        }
        .into_any()
    }

    fn row(self, session: SessionView) -> Vec<AnyView> {
        let SessionView {
            session: id,
            device,
            started_at,
            last_seen_at,
            this_one,
        } = session;
        let label = format!("Sign out {device}, last seen {}", dates::moment(last_seen_at));
        let busy = Signal::derive(move || self.one.busy().get() && self.ending.get() == Some(id));
        let on_click = move |_| {
            if self.one.busy().get_untracked() {
                return;
            }
            self.ending.set(Some(id));
            self.one.start(async move {
                call(RevokeSession { session: id }).await?;
                self.toasts
                    .try_with_value(|toasts| toasts.say("That device is signed out."));
                self.changed.try_run(());
                Ok(After::Stay)
            });
        };
        let change = if this_one {
            view! { <Badge kind=NoticeKind::Good text="This device" /> }.into_any()
        } else {
            view! {
                <Button kind=ButtonKind::Quiet busy attr:aria-label=label on:click=on_click>
                    "Sign out"
                </Button>
            }
            .into_any()
        };
        vec![
            device.into_any(),
            dates::moment(started_at).into_any(),
            dates::moment(last_seen_at).into_any(),
            change,
        ]
    }

    pub(super) fn dialog(self) -> AnyView {
        view! {
            <Dialog open=self.asking title="Sign out everywhere?">
                {self.question()}
            </Dialog>
        }
        .into_any()
    }

    fn question(self) -> AnyView {
        let doing = self.everywhere;
        let on_click = move |_| {
            doing.start(async move {
                call(SignOutEverywhere {}).await?;
                leave_for("/");
                Ok(After::Leave)
            });
        };
        view! {
            <p>"Every device is signed out, this one included. Your money and your passkeys stay as they are."</p>
            {doing.note()}
            <div class="form-actions">
                <Button kind=ButtonKind::Danger busy=doing.busy() on:click=on_click>
                    "Sign out everywhere"
                </Button>
                <Button kind=ButtonKind::Quiet on:click=move |_| self.asking.set(false)>
                    "Stay signed in"
                </Button>
            </div>
        }
        .into_any()
    }
}
