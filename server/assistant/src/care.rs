//! What goes to a person at once. The understanding finds most of it; plain warning signs are a second net below it, because
//! missing one costs more than asking once too often.

use crate::intents;
use crate::plain::plain;
use crate::understood::Understood;
use bank_contract::care::Reason;

/// How likely danger must be to be taken for it. Lower than for anything else.
const ENOUGH: f32 = 0.35;
/// For what needs a person soon, and no one is in danger at this moment.
const ENOUGH_SOON: f32 = 0.45;
/// For what is no danger (a complaint, a wish for a person), as likely as anything else.
const ENOUGH_CALM: f32 = 0.5;

/// Signs that are enough by themselves, the most urgent first. Lower case, without marks.
const SIGNS: &[(Reason, &[&str])] = &[
    (
        Reason::Crisis,
        &[
            "kill myself",
            "end my life",
            "take my own life",
            "want to die",
            "wanna die",
            "suicide",
            "suicidal",
            "dont want to live",
            "do not want to live",
            "no reason to live",
            "better off dead",
            "hurt myself",
            "harm myself",
            "cant go on living",
        ],
    ),
    (
        Reason::FraudInProgress,
        &[
            "safe account",
            "secure account the bank",
            "anydesk",
            "teamviewer",
            "team viewer",
            "remote control",
            "remote access",
            "control of my computer",
            "control my screen",
            "says he is from the bank",
            "says she is from the bank",
            "says they are from the bank",
            "says hes from the bank",
            "bank called me",
            "from the fraud department",
            "from your fraud team",
            "police called",
            "police told me to",
            "on the phone telling me",
            "told me to move my money",
            "they told me to transfer",
            "caller told me to transfer",
            "asking for my code",
            "wants my code",
            "keep my money safe by",
            "dont tell the bank",
            "told me to send it back",
            "woman online",
            "man online",
            "someone online",
            "emailed me to pay",
            "mailed me to pay",
            "first to release it",
            "to release the money",
            "to release the funds",
            "to release my winnings",
            "not to tell the bank",
        ],
    ),
    (
        Reason::AccountTakeover,
        &[
            "account was hacked",
            "account has been hacked",
            "been hacked",
            "got hacked",
            "i was hacked",
            "someone is in my account",
            "somebody is in my account",
            "someone logged in",
            "somebody logged in",
            "someone else is in my account",
            "someone has access to my account",
            "somebody has access to my account",
            "identity theft",
            "stole my identity",
            "knows my password",
            "has my password",
            "knows my pin",
        ],
    ),
    (
        Reason::Scammed,
        &[
            "i was scammed",
            "being scammed",
            "got scammed",
            "been scammed",
            "ive been conned",
            "paid a scammer",
            "sent money to a scammer",
            "fell for a scam",
            "fake shop",
            "i was tricked into paying",
            "was defrauded",
            "stole my money",
            "money stolen",
            "money was stolen",
            "money has been stolen",
        ],
    ),
    (
        Reason::Abuse,
        &[
            "wont let me have my money",
            "wont give me my money",
            "afraid of my husband",
            "afraid of my wife",
        ],
    ),
    (
        Reason::Gambling,
        &[
            "gambling addiction",
            "addicted to gambling",
            "cant stop gambling",
            "gambling problem",
        ],
    ),
    (Reason::Bereavement, &["passed away", "death certificate"]),
    (
        Reason::MoneyWorries,
        &[
            "lost my job",
            "lost my work",
            "made redundant",
            "cant pay my rent",
            "cannot pay my rent",
            "cant feed",
        ],
    ),
    (
        Reason::Complaint,
        &["you lost my money", "you have lost my money", "youve lost my money"],
    ),
];

/// Signs of two words: who, and what they do or what happened to them. A phone can have died as well.
const WHO_AND_WHAT: &[(Reason, &[&str], &[&str])] = &[
    (
        Reason::Abuse,
        NEAR,
        &["controls", "hits", "beats", "threatens", "forces"],
    ),
    (
        Reason::Abuse,
        NEAR,
        &["takes my money", "takes all my money", "takes away my money"],
    ),
    (Reason::Bereavement, KIN, &["died", "has died", "is dead"]),
];

const NEAR: &[&str] = &[
    "he",
    "she",
    "husband",
    "wife",
    "partner",
    "boyfriend",
    "girlfriend",
    "ex",
    "son",
    "daughter",
    "father",
    "mother",
];

const KIN: &[&str] = &[
    "customer",
    "husband",
    "wife",
    "partner",
    "mother",
    "father",
    "mum",
    "mom",
    "dad",
    "son",
    "daughter",
    "brother",
    "sister",
    "grandmother",
    "grandfather",
    "grandma",
    "grandpa",
    "uncle",
    "aunt",
    "child",
    "friend",
];

fn who_and_what(words: &str) -> Option<Reason> {
    let stands = |who: &&str, what: &&str| {
        // Forced, hit or threatened: whom, is said behind it.
        let direct = !what.contains(' ') && *what != "died";
        let whom = if direct {
            &[" me ", " my ", " all my "][..]
        } else {
            &[" "][..]
        };
        whom.iter().any(|whom| words.contains(&format!(" {who} {what}{whom}")))
    };
    WHO_AND_WHAT
        .iter()
        .find(|(_, people, deeds)| people.iter().any(|who| deeds.iter().any(|what| stands(who, what))))
        .map(|(reason, _, _)| *reason)
}

/// What is in danger of going on while a name is asked for, when hardly anything else can be meant.
pub(crate) fn danger(understood: &Understood) -> Option<Reason> {
    let (intent, score) = understood.best().filter(|_| !understood.rejected)?;
    let reason = intents::reason(intent)?;
    (intents::is_danger(intent) && score >= 0.8).then_some(reason)
}

/// The plain warning sign in a text, where one is.
pub(crate) fn sign(text: &str) -> Option<Reason> {
    let words = plain(text);
    SIGNS
        .iter()
        .find(|(_, signs)| signs.iter().any(|sign| words.contains(&format!(" {sign} "))))
        .map(|(reason, _)| *reason)
        .or_else(|| who_and_what(&words))
}

/// Whether somebody needs a person now, and why.
pub(crate) fn reason(text: &str, understood: &Understood) -> Option<Reason> {
    let sign = sign(text);
    // A word or two says little, so nothing is read into it with less certainty than into anything else; a plain sign counts.
    let short = text.split_whitespace().count() <= 2;
    let meant = understood.ranked.iter().take(2).find_map(|(intent, score)| {
        let reason = intents::reason(intent)?;
        let first = understood.best().is_some_and(|(best, _)| best == intent);
        let enough = match reason {
            _ if short => first && !understood.rejected && *score >= ENOUGH_CALM,
            // A calm wish that is not the likeliest one can be asked about.
            Reason::Complaint | Reason::Person | Reason::NotUnderstood => {
                first && !understood.rejected && *score >= ENOUGH_CALM
            }
            Reason::Vulnerable | Reason::Bereavement | Reason::Gambling | Reason::MoneyWorries => {
                first && *score >= ENOUGH_SOON
            }
            _ => *score >= ENOUGH && (first || *score >= 0.4),
        };
        enough.then_some(reason)
    });
    // The more urgent of the two.
    match (sign, meant) {
        (Some(sign), Some(meant)) => Some(sign.min(meant)),
        (sign, meant) => sign.or(meant),
    }
}

/// The key of a reason in the messages: `care.crisis`.
pub(crate) fn key(reason: Reason) -> &'static str {
    match reason {
        Reason::Crisis => "care.crisis",
        Reason::FraudInProgress => "care.fraud-in-progress",
        Reason::AccountTakeover => "care.account-takeover",
        Reason::Scammed => "care.scammed",
        Reason::Abuse => "care.abuse",
        Reason::Vulnerable => "care.vulnerable",
        Reason::Bereavement => "care.bereavement",
        Reason::Gambling => "care.gambling",
        Reason::MoneyWorries => "care.money-worries",
        Reason::Complaint => "care.complaint",
        Reason::Person => "care.person",
        Reason::NotUnderstood => "care.not-understood",
    }
}

/// What can be done at once to be safe: intents that are offered as choices.
pub(crate) fn safe_steps(reason: Reason) -> &'static [&'static str] {
    match reason {
        Reason::FraudInProgress | Reason::AccountTakeover => &[
            "pending.cancel",
            "identity.sign-out-everywhere",
            "tokens.revoke",
            "limits.set",
        ],
        Reason::Scammed => &["transfers.reverse", "pending.cancel", "payees.end-trust"],
        Reason::Abuse => &["identity.sign-out-everywhere", "tokens.revoke"],
        Reason::Gambling => &["limits.set"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_sign(text: &str) -> Option<Reason> {
        reason(text, &Understood::default())
    }

    #[test]
    fn plain_warning_signs_are_enough_by_themselves() {
        for (text, wanted) in [
            ("someone says I must move it to a SAFE ACCOUNT", Reason::FraudInProgress),
            ("he installed AnyDesk, is that ok?", Reason::FraudInProgress),
            ("I want to kill myself", Reason::Crisis),
            ("i don’t want to live anymore", Reason::Crisis),
            ("I think I've been hacked", Reason::AccountTakeover),
            ("I fell for a scam yesterday", Reason::Scammed),
            ("my father passed away last week", Reason::Bereavement),
            ("I have a gambling problem", Reason::Gambling),
            ("He hits me and takes my money", Reason::Abuse),
            ("my partner controls all my money", Reason::Abuse),
            ("she takes my money from me", Reason::Abuse),
            ("my husband has died", Reason::Bereavement),
            ("the customer died in May", Reason::Bereavement),
        ] {
            assert_eq!(by_sign(text), Some(wanted), "{text}");
        }
    }

    #[test]
    fn everyday_sentences_are_no_sign() {
        for text in [
            "send 20 to Tom",
            "is my account safe?",
            "pay the suicidexyz shop",
            "is my money safe",
            "die Miete 800",
            "my phone has died",
            "my wife told me to transfer 50 to Tom",
            "beats me why, but show my balance",
            "the app forces me to sign",
            "he controls the heating",
        ] {
            assert_eq!(by_sign(text), None, "{text}");
        }
    }

    #[test]
    fn care_wins_with_less_certainty_and_the_more_urgent_of_two_counts() {
        let ranked = |score: f32| Understood {
            ranked: vec![
                ("transfers.submit".into(), 0.45),
                ("care.fraud-in-progress".into(), score),
            ],
            rejected: true,
        };
        let said = "and what of it";
        assert_eq!(reason(said, &ranked(0.41)), Some(Reason::FraudInProgress));
        assert_eq!(reason(said, &ranked(0.2)), None);
        assert_eq!(reason("Home", &ranked(0.41)), None);
        let sure = |score: f32, rejected: bool| Understood {
            ranked: vec![("care.crisis".into(), score)],
            rejected,
        };
        assert_eq!(reason("so dark", &sure(0.5, false)), Some(Reason::Crisis));
        assert_eq!(reason("so dark", &sure(0.49, false)), None);
        assert_eq!(reason("so dark", &sure(0.9, true)), None);
        assert_eq!(reason("it is dark", &sure(0.41, true)), Some(Reason::Crisis));
        assert_eq!(reason("I want to die", &ranked(0.41)), Some(Reason::Crisis));
        let calm = Understood {
            ranked: vec![("care.complaint".into(), 0.4)],
            rejected: false,
        };
        assert_eq!(reason(said, &calm), None);
    }
}
