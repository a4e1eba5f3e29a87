//! Who somebody is: signing up, signing in, passkeys and sessions.

mod add_passkey;
mod demo;
mod next;
pub(crate) mod passkey;
mod passkeys;
mod profile;
mod sessions;
mod sign_in;
mod sign_up;
mod step;
mod strangers;

pub(crate) use demo::DemoPeopleList;
pub(crate) use step::Step;
pub(crate) use strangers::for_strangers;

pub use profile::ProfilePage;
pub use sign_in::SignInPage;
pub use sign_up::SignUpPage;
