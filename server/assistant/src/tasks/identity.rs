//! Signing in and out. What is secret, or a ceremony of the browser, is done on its page: nothing of it is to be typed here.

use super::more::All;
use super::{Halt, Step, Stepped, cards};
use crate::plain::words;
use crate::say::{self, ROWS_MAX};
use crate::state::{Does, Offer, Slot, Task};
use crate::turn::Turn;
use bank_contract::PasskeyId;
use bank_contract::assistant::Place;
use bank_contract::identity::factors::{KeepAlive, ShowFactors};
use bank_contract::identity::{
    RemovePasskey, RenamePasskey, RevokeSession, ShowProfile, SignOut, SignOutEverywhere, WhoAmI,
};
use bank_contract::notifications::ShowMailbox;

pub(super) async fn step(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    match task.intent.as_str() {
        "identity.who-am-i" => who(turn).await,
        "identity.show-profile" => profile(turn).await,
        "identity.show-factors" => factors(turn).await,
        "identity.sign-out" => cards::ask(turn, SignOut {}, Vec::new(), "identity.signed-out").await,
        "identity.sign-out-everywhere" => {
            cards::ask(turn, SignOutEverywhere {}, Vec::new(), "identity.signed-out").await
        }
        "identity.revoke-session" => session(turn, task).await,
        "identity.keep-alive" => {
            turn.world.read(KeepAlive {}).await?;
            Err(turn.told("identity.kept", &[]))
        }
        "identity.rename-passkey" => rename(turn, task).await,
        "identity.remove-passkey" => remove(turn, task).await,
        "notifications.show-mailbox" => mailbox(turn).await,
        other => Ok(elsewhere(turn, other)),
    }
}

fn elsewhere(turn: &mut Turn<'_>, intent: &str) -> Step {
    match intent {
        "identity.start-adding-passkey" => {
            turn.at_page("identity.add-passkey", "identity.passkeys-label", Place::Passkeys)
        }
        "identity.set-password" => turn.at_page("identity.password", "identity.password-label", Place::Password),
        "identity.remove-password" => turn.at_page("identity.no-password", "identity.password-label", Place::Password),
        "identity.start-totp" | "identity.remove-totp" => {
            turn.at_page("identity.totp", "identity.totp-label", Place::Totp)
        }
        "identity.renew-recovery-codes" => turn.at_page("identity.codes", "identity.codes-label", Place::Totp),
        "identity.set-email" | "identity.confirm-email" => {
            turn.at_page("identity.email", "identity.email-label", Place::Email)
        }
        "identity.request-recovery" => turn.at_page("identity.recovery", "identity.recovery-label", Place::Recovery),
        _ => turn.at_page("identity.elsewhere", "identity.profile-label", Place::Profile),
    }
}

async fn who(turn: &mut Turn<'_>) -> Stepped {
    let visit = turn.world.read(WhoAmI {}).await?;
    let name = visit
        .me
        .map(|me| me.name)
        .ok_or(bank_contract::BankError::NotSignedIn)?;
    Err(turn.told("identity.you-are", &[("name", &name)]))
}

async fn profile(turn: &mut Turn<'_>) -> Stepped {
    let profile = turn.world.read(ShowProfile {}).await?;
    let since = say::day(profile.member_since);
    let keys = profile
        .passkeys
        .iter()
        .take(ROWS_MAX)
        .map(|key| say::value(key.name.clone(), say::day(key.added_at.date()), Some(Place::Passkeys)))
        .collect();
    let sessions = profile
        .sessions
        .iter()
        .take(ROWS_MAX)
        .map(|session| {
            let seen = session.last_seen_at.format("%-d %B %Y, %H:%M").to_string();
            let here = turn.text("identity.this-one", &[]);
            let value = if session.this_one { here } else { seen };
            say::value(session.device.clone(), value, Some(Place::Profile))
        })
        .collect();
    let more = turn.more_is_there(ROWS_MAX, profile.passkeys.len());
    let more_sessions = turn.more_is_there(ROWS_MAX, profile.sessions.len());
    let said = turn.text("identity.since", &[("name", &profile.me.name), ("day", &since)]);
    let titles = (
        turn.text("identity.passkeys-title", &[]),
        turn.text("identity.sessions-title", &[]),
    );
    let link = say::link(turn.text("identity.profile-label", &[]), Place::Profile);
    let mut parts = vec![say::text(said), say::figures(titles.0, keys)];
    parts.extend(more);
    parts.push(say::figures(titles.1, sessions));
    parts.extend(more_sessions);
    parts.push(link);
    turn.show(parts);
    Ok(Step::Done)
}

async fn factors(turn: &mut Turn<'_>) -> Stepped {
    let factors = turn.world.read(ShowFactors {}).await?;
    let set = |at: Option<chrono::NaiveDateTime>| {
        at.map_or_else(|| turn.text("identity.not-set", &[]), |at| say::day(at.date()))
    };
    let email = factors
        .email
        .clone()
        .unwrap_or_else(|| turn.text("identity.not-set", &[]));
    let figures = vec![
        say::value(turn.text("identity.email-label", &[]), email, Some(Place::Email)),
        say::value(
            turn.text("identity.password-label", &[]),
            set(factors.password_set_at),
            Some(Place::Password),
        ),
        say::value(
            turn.text("identity.totp-label", &[]),
            set(factors.codes_set_at),
            Some(Place::Totp),
        ),
        say::value(
            turn.text("identity.codes-left", &[]),
            factors.recovery_codes_left.to_string(),
            Some(Place::Totp),
        ),
    ];
    let title = turn.text("identity.ways-title", &[]);
    turn.show(vec![say::figures(title, figures)]);
    Ok(Step::Done)
}

async fn session(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    if let Some(session) = task.slots.session {
        return cards::ask(turn, RevokeSession { session }, Vec::new(), "identity.session-ended").await;
    }
    let profile = turn.world.read(ShowProfile {}).await?;
    let others: Vec<_> = profile
        .sessions
        .into_iter()
        .filter(|session| !session.this_one)
        .collect();
    if others.is_empty() {
        return Err(turn.told("identity.no-sessions", &[]));
    }
    let named: Vec<_> = others.iter().filter(|one| is_named(&one.device, &task.text)).collect();
    if let [only] = named.as_slice() {
        let session = only.session;
        return cards::ask(turn, RevokeSession { session }, Vec::new(), "identity.session-ended").await;
    }
    let offered = others.into_iter().map(|session| Offer {
        label: session.device,
        hint: Some(session.last_seen_at.format("%-d %B %Y, %H:%M").to_string()),
        does: Does::Session(session.session),
    });
    let all = All("identity.profile-label", Place::Profile);
    Err(turn.ask_which(Slot::Session, "identity.which-session", offered.collect(), all))
}

/// Whether a word of a device's name stands in a text: "log out my iPhone".
fn is_named(name: &str, text: &str) -> bool {
    let said = words(text);
    words(name)
        .iter()
        .any(|word| word.chars().count() >= 4 && said.contains(word))
}

async fn need_passkey(turn: &mut Turn<'_>, task: &mut Task) -> Result<PasskeyId, Halt> {
    if let Some(passkey) = task.slots.passkey {
        return Ok(passkey);
    }
    let profile = turn.world.read(ShowProfile {}).await?;
    match profile.passkeys.as_slice() {
        [] => Err(turn.told("identity.no-passkeys", &[])),
        [only] => Ok(only.passkey),
        all => {
            let named: Vec<_> = all.iter().filter(|key| is_named(&key.name, &task.text)).collect();
            if let [only] = named.as_slice() {
                return Ok(only.passkey);
            }
            let offered = all.iter().map(|key| Offer {
                label: key.name.clone(),
                hint: Some(say::day(key.added_at.date())),
                does: Does::Passkey(key.passkey),
            });
            let page = All("identity.profile-label", Place::Passkeys);
            Err(turn.ask_which(Slot::Passkey, "identity.which-passkey", offered.collect(), page))
        }
    }
}

async fn rename(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let passkey = need_passkey(turn, task).await?;
    task.slots.passkey = Some(passkey);
    let name = turn.need_name(task, "identity.passkey-name")?;
    cards::ask(
        turn,
        RenamePasskey { passkey, name },
        Vec::new(),
        "identity.passkey-renamed",
    )
    .await
}

async fn remove(turn: &mut Turn<'_>, task: &mut Task) -> Stepped {
    let passkey = need_passkey(turn, task).await?;
    cards::ask(turn, RemovePasskey { passkey }, Vec::new(), "identity.passkey-removed").await
}

/// Subjects only: a mail can carry a code.
async fn mailbox(turn: &mut Turn<'_>) -> Stepped {
    let mails = turn.world.read(ShowMailbox {}).await?;
    let link = say::link(turn.text("mailbox.label", &[]), Place::Mailbox);
    if mails.is_empty() {
        let none = say::text(turn.text("mailbox.none", &[]));
        turn.show(vec![none, link]);
        return Ok(Step::Done);
    }
    let figures = mails
        .iter()
        .take(ROWS_MAX)
        .map(|mail| say::value(mail.subject.clone(), say::day(mail.at.date()), Some(Place::Mailbox)))
        .collect();
    let title = turn.text("mailbox.title", &[]);
    let mut parts = vec![say::figures(title, figures)];
    parts.extend(turn.more_is_there(ROWS_MAX, mails.len()));
    parts.push(link);
    turn.show(parts);
    Ok(Step::Done)
}
