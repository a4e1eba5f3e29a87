//! The audit chain.

use crate::hallway::{Context, Handler, Refusal};
use bank_contract::BankError;
use bank_contract::compliance::{AuditVerdict, CompareHead, SealAudit, SealReport, VerifyAudit};
use bank_storage::compliance as store;

impl Handler for SealAudit {
    async fn handle(self, cx: &mut Context<'_>) -> Result<SealReport, Refusal> {
        cx.bank.flush_audit().await?;
        let (sealed, head) = store::seal(cx.tx).await?;
        Ok(SealReport {
            sealed,
            length: head.position.unsigned_abs(),
            head: hex::encode(head.hash),
        })
    }
}

impl Handler for VerifyAudit {
    async fn handle(self, cx: &mut Context<'_>) -> Result<AuditVerdict, Refusal> {
        verify(cx).await
    }
}

/// Recomputes the chain and what its lines vouch for.
pub(crate) async fn verify(cx: &Context<'_>) -> Result<AuditVerdict, Refusal> {
    let (length, broken_at) = store::verify(cx.tx).await?;
    Ok(AuditVerdict {
        length,
        broken_at,
        broken_bundles: store::broken_bundles(cx.tx).await?,
    })
}

impl Handler for CompareHead {
    async fn handle(self, cx: &mut Context<'_>) -> Result<bool, Refusal> {
        let position = i64::try_from(self.length).map_err(|_| BankError::invalid("length", "This is too long."))?;
        let there = store::link_at(cx.tx, position).await?;
        let same = there.is_some_and(|hash| hex::encode(hash) == self.head.to_ascii_lowercase());
        let verdict = verify(cx).await?;
        Ok(same && verdict.holds())
    }
}
