//! A login can be closed by whoever runs the bank: until now a stolen one could not be stopped. The column is empty
//! for everybody who is there; the release before does not look at it.

crate::sql_migration!("m0020_locked_users");

const UP: &str = r"
ALTER TABLE users ADD COLUMN locked_at timestamptz;
";
