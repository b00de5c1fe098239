//! What the system says about this process, where it does.

use std::fs;

/// The most memory that it held, in MiB.
pub(crate) fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
}

/// How many minor page faults it had: pages that the system gave it without reading a file.
pub(crate) fn minor_faults() -> Option<u64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // After the name, which stands in parentheses and may hold any character; `man 5 proc_pid_stat`, fields 3 to 10.
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(7)?.parse().ok()
}
