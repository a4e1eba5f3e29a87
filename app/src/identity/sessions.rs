//! Where somebody is signed in, and signing out there.

use crate::api::{ask, call};
use crate::design::{Badge, Button, ButtonKind, Column, DataTable, Dialog, NoticeKind, Toasts, dates, use_toasts};
use crate::errors::{After, Doing};
use crate::pending::Asking;
use crate::shell::leave_for;
use bank_contract::SessionId;
use bank_contract::identity::{RevokeSession, SessionView, SignOutEverywhere};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub(super) struct Sessions {
    changed: Callback<()>,
    asking: RwSignal<bool>,
    signing: Asking,
    everywhere: Doing,
    one: Doing,
    ending: RwSignal<Option<SessionId>>,
    toasts: Toasts,
}

impl Sessions {
    pub(super) fn new(changed: Callback<()>) -> Self {
        let this = Self {
            changed,
            asking: RwSignal::new(false),
            signing: Asking::new(),
            everywhere: Doing::new(),
            one: Doing::new(),
            ending: RwSignal::new(None),
            toasts: use_toasts(),
        };
        this.signing.on_done(move |()| this.ended());
        this
    }

    fn ended(self) {
        self.toasts.say("That device is signed out.");
        self.changed.try_run(());
    }

    pub(super) fn list(self, sessions: Vec<SessionView>) -> AnyView {
        let columns = vec![
            Column::text("Device"),
            Column::text("From"),
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
                <p class="muted">
                    "Sign out any device that you do not know: you sign it, so that nobody else can send your devices away. \
                     Signing out everywhere needs nothing, and ends this session, too. \"From\" is the network where the \
                     session began, as far as the bank can tell, and no place on a map."
                </p>
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
            network,
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
                self.signing.take(ask(RevokeSession { session: id }).await?, |()| {
                    self.ended();
                    Ok(After::Stay)
                })
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
            network.unwrap_or_else(|| "Not known".to_owned()).into_any(),
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
            {self.signing.dialog("Is it you who signs it out?")}
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
