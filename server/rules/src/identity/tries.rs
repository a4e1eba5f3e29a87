//! Wrong tries in a row: the fifth closes the way for a while, and each one after it for longer.

use chrono::TimeDelta;

/// The first failure that closes the way.
pub const BLOCKS_FROM: u32 = 5;

/// For how long each failure from the fifth on closes the way, in seconds: a minute, 5 and 15
/// minutes, 1, 4 and 12 hours, a day. The last one stays.
pub const BLOCKS_S: [i64; 7] = [60, 300, 900, 3_600, 14_400, 43_200, 86_400];

/// Failures are forgotten when nothing was tried for this long, which is longer than any block.
pub const FORGOTTEN_AFTER: TimeDelta = TimeDelta::days(2);

/// For how long the way is closed after so many failures in a row.
pub fn block_after(failures: u32) -> Option<TimeDelta> {
    let beyond = failures.checked_sub(BLOCKS_FROM)? as usize;
    let seconds = BLOCKS_S.get(beyond).or(BLOCKS_S.last())?;
    Some(TimeDelta::seconds(*seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_failure_in_a_row_blocks_and_each_more_for_longer_up_to_a_day() {
        for (failures, seconds) in [
            (0, None),
            (1, None),
            (4, None),
            (5, Some(60)),
            (6, Some(300)),
            (7, Some(900)),
            (8, Some(3_600)),
            (9, Some(14_400)),
            (10, Some(43_200)),
            (11, Some(86_400)),
            (12, Some(86_400)),
            (u32::MAX, Some(86_400)),
        ] {
            assert_eq!(block_after(failures), seconds.map(TimeDelta::seconds), "{failures}");
        }
        assert!(BLOCKS_S.is_sorted());
        assert!(
            block_after(u32::MAX) < Some(FORGOTTEN_AFTER),
            "a block is never forgotten early"
        );
    }
}
