//! Who somebody is: signing up, signing in, passkeys and sessions.

mod add_passkey;
mod codes;
mod demo;
mod factors;
mod mailbox;
mod next;
pub(crate) mod passkey;
mod passkeys;
mod password_sign_in;
mod profile;
mod recover;
mod recovery_codes;
mod sessions;
mod set_email;
mod set_password;
mod sign_in;
mod sign_up;
mod sign_up_by_mail;
mod sign_up_secrets;
mod step;
mod strangers;
mod turn_off;

pub(crate) use demo::DemoPeopleList;
pub(crate) use factors::FactorsRows;
pub(crate) use mailbox::MailList;
pub(crate) use passkey::Trouble;
pub(crate) use recovery_codes::RecoveryCodeList;
pub(crate) use sign_in::sign_in_here;
pub(crate) use step::Step;
pub(crate) use strangers::for_strangers;
pub(crate) use turn_off::TurnOffSection;

pub use codes::CodesPage;
pub use mailbox::MailboxPage;
pub use password_sign_in::PasswordSignInPage;
pub use profile::ProfilePage;
pub use recover::RecoverPage;
pub use recovery_codes::RecoveryCodesPage;
pub use set_email::EmailPage;
pub use set_password::PasswordPage;
pub use sign_in::SignInPage;
pub use sign_up::SignUpPage;
pub use sign_up_by_mail::SignUpByMailPage;
