//! Names of fields as numbers, since a trait can have a number as its parameter, but no name.

/// Returns the hash of the name of a field: FNV-1a of 128 bits.
pub(crate) fn name_hash(name: &str) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let name = name.strip_prefix("r#").unwrap_or(name);
    name.bytes().fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}
