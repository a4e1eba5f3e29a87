//! The list of every operation. A new one is added here, beside its slice; each door is made
//! from this list, and the server does not build while one of them has no handler.

/// Calls a macro with the types of all operations: `each_operation!(register)`.
#[macro_export]
macro_rules! each_operation {
    ($do:ident) => {
        $do! {
            $crate::identity::WhoAmI,
            $crate::identity::StartSignUp,
            $crate::identity::FinishSignUp,
            $crate::identity::StartSignIn,
            $crate::identity::FinishSignIn,
            $crate::identity::DemoPeople,
            $crate::identity::SignInDemo,
            $crate::identity::ShowProfile,
            $crate::identity::SignOut,
            $crate::identity::SignOutEverywhere,
            $crate::identity::RevokeSession,
            $crate::identity::StartAddingPasskey,
            $crate::identity::FinishAddingPasskey,
            $crate::identity::RenamePasskey,
            $crate::identity::RemovePasskey,
            $crate::identity::SweepSessions,
            $crate::identity::factors::StartPasswordSignIn,
            $crate::identity::factors::FinishPasswordSignIn,
            $crate::identity::factors::ShowFactors,
            $crate::identity::factors::SetPassword,
            $crate::identity::factors::StartTotp,
            $crate::identity::factors::FinishTotp,
            $crate::identity::factors::RenewRecoveryCodes,
            $crate::identity::factors::TurnOff,
            $crate::identity::factors::KeepAlive,
            $crate::identity::sign_up::StartSignUpByMail,
            $crate::identity::sign_up::ConfirmSignUpAddress,
            $crate::identity::sign_up::ChooseSignUpPassword,
            $crate::identity::sign_up::FinishSignUpByMail,
            $crate::identity::email::SetEmail,
            $crate::identity::email::ConfirmEmail,
            $crate::identity::email::RequestRecovery,
            $crate::identity::email::FinishRecovery,
            $crate::identity::operator::LockUser,
            $crate::identity::operator::UnlockUser,
            $crate::identity::operator::EndSessions,
            $crate::notifications::ShowMailbox,
            $crate::notifications::ShowSignUpMail,
            $crate::notifications::DeliverNotices,
            $crate::notifications::SendMail,
            $crate::accounts::OpenAccount,
            $crate::accounts::ListAccounts,
            $crate::accounts::ShowAccount,
            $crate::accounts::RenameAccount,
            $crate::accounts::ListTransactions,
            $crate::transfers::CheckPayee,
            $crate::transfers::SubmitTransfer,
            $crate::transfers::MoveMoney,
            $crate::transfers::Deposit,
            $crate::transfers::Withdraw,
            $crate::transfers::ShowReceipt,
            $crate::transfers::ReversePayment,
            $crate::payees::TrustPayee,
            $crate::payees::ListTrusted,
            $crate::payees::EndTrust,
            $crate::limits::ShowLimits,
            $crate::limits::SetLimit,
            $crate::pending::ListPending,
            $crate::pending::ShowPending,
            $crate::pending::StartSigning,
            $crate::pending::ConfirmPending,
            $crate::pending::ShowProof,
            $crate::pending::CancelPending,
            $crate::pending::ExpirePending,
            $crate::ledger::ExpireHolds,
            $crate::ledger::CheckBooks,
            $crate::ledger::ShowTrialBalance,
            $crate::ledger::ReconcileAccount,
            $crate::ledger::ClosePeriod,
            $crate::ledger::ShowBalanceAt,
            $crate::tokens::CreateToken,
            $crate::tokens::ListTokens,
            $crate::tokens::RevokeToken,
            $crate::mandates::GrantMandate,
            $crate::mandates::ListMandates,
            $crate::mandates::ShowMandate,
            $crate::mandates::ShowOffer,
            $crate::mandates::AcceptMandate,
            $crate::mandates::NarrowMandate,
            $crate::mandates::EndMandate,
            $crate::mandates::ExpireMandates,
            $crate::assistant::Say,
            $crate::assistant::ShowConversation,
            $crate::assistant::ListConversations,
            $crate::assistant::ExportConversation,
            $crate::assistant::DeleteConversation,
            $crate::assistant::RateConversation,
            $crate::assistant::ListFacts,
            $crate::assistant::Remember,
            $crate::assistant::Forget,
            $crate::backoffice::InviteStaff,
            $crate::backoffice::ListStaff,
            $crate::backoffice::EndStaff,
            $crate::backoffice::EnterAsStaff,
            $crate::backoffice::ShowStaff,
            $crate::backoffice::LeaveAsStaff,
            $crate::care::ListCases,
            $crate::care::ShowCase,
            $crate::care::AnswerCase,
            $crate::care::CloseCase,
            $crate::help::ListArticles,
            $crate::help::ShowArticle,
            $crate::bankday::OpenDay,
            $crate::bankday::MakeReport,
            $crate::bankday::ShowReport,
            $crate::compliance::SealAudit,
            $crate::compliance::VerifyAudit,
            $crate::compliance::CompareHead,
        }
    };
}

#[cfg(test)]
mod tests {
    use crate::{Consent, Effect, Facts, Operation};
    use std::collections::HashSet;

    macro_rules! facts {
        ($($operation:ty,)+) => { vec![$(Facts::of::<$operation>()),+] };
    }

    #[test]
    fn what_may_wait_has_nothing_secret_in_it_because_its_input_is_kept() {
        macro_rules! waits_with_secrets {
            ($($operation:ty,)+) => {
                vec![$((
                    <$operation as Operation>::NAMED.name,
                    <$operation as Operation>::CONSENT != Consent::None && !<$operation as Operation>::SECRETS.is_empty(),
                )),+]
            };
        }
        for (name, bad) in each_operation!(waits_with_secrets) {
            assert!(!bad, "{name}");
        }
    }

    #[test]
    fn names_are_unique_well_formed_and_helpful() {
        let all: Vec<Facts> = each_operation!(facts);
        let names: HashSet<_> = all.iter().map(|facts| facts.named.name).collect();
        assert_eq!(names.len(), all.len());
        for facts in &all {
            let (slice, verb) = facts.named.name.split_once('.').unwrap();
            assert!(!slice.is_empty() && !verb.is_empty());
            assert!(
                facts
                    .named
                    .name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c == '.' || c == '-'),
                "{facts:?}"
            );
            assert!(facts.help.ends_with('.') && facts.help.len() > 10, "{facts:?}");
            assert!(
                facts.named.form_path.ends_with(facts.named.name) && facts.named.json_path.ends_with(facts.named.name)
            );
        }
        assert!(all.iter().any(|facts| facts.effect == Effect::MovesMoney));
        let paths: Vec<_> = all
            .iter()
            .filter_map(|facts| facts.rest)
            .map(|rest| rest.path)
            .collect();
        assert_eq!(
            paths.iter().collect::<HashSet<_>>().len(),
            paths.len(),
            "each path has one operation"
        );
    }
}
