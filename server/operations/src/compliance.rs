//! The audit chain.

use crate::hallway::{Context, Handler, Refusal};
use bank_contract::compliance::{AuditVerdict, SealAudit, SealReport, VerifyAudit};
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
        let (length, broken_at) = store::verify(cx.tx).await?;
        Ok(AuditVerdict {
            length,
            broken_at,
            broken_bundles: store::broken_bundles(cx.tx).await?,
        })
    }
}
