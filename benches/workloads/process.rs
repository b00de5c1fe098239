//! Statistics of this process from the system; `None` if it has none.

use std::fs;

/// The peak resident memory, in MiB.
pub(crate) fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
}

/// The number of minor page faults: pages that were mapped without reading a file.
pub(crate) fn minor_faults() -> Option<u64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // After the name, which is in parentheses and may contain any character; see `man 5 proc_pid_stat`, fields 3 to 10.
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(7)?.parse().ok()
}
