//! Which addresses a clip may be fetched from. A provider's answer is foreign text; it must not make this program
//! ask the router, the cloud's own address or a neighbour.

use sixshot_providers::address::is_public;
use sixshot_providers::http::is_this_machine;
use url::Url;

/// Why an address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressProblem {
    /// Not an address at all.
    #[error("not an address")]
    Unreadable,
    /// Not `https`.
    #[error("not encrypted")]
    NotEncrypted,
    /// Another port than 443, or a name and password in it.
    #[error("an unusual address")]
    Unusual,
    /// Inside this machine or a private network.
    #[error("inside a private network")]
    Private,
}

/// Checks the address of a clip. `base` is the provider's own address: when that is on this machine (a test, a
/// gateway), clips may come from this machine too.
///
/// # Errors
/// When it is anything but an ordinary public address.
pub fn check(link: &str, base_is_local: bool) -> Result<Url, AddressProblem> {
    let url = Url::parse(link).map_err(|_| AddressProblem::Unreadable)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressProblem::Unusual);
    }
    if base_is_local && matches!(url.scheme(), "http" | "https") && is_this_machine(&url) {
        return Ok(url);
    }
    if url.scheme() != "https" {
        return Err(AddressProblem::NotEncrypted);
    }
    if url.port().is_some() {
        return Err(AddressProblem::Unusual);
    }
    if url.host().is_none() {
        return Err(AddressProblem::Unreadable);
    }
    if is_public(&url) { Ok(url) } else { Err(AddressProblem::Private) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ordinary_public_addresses() {
        for link in [
            "http://cdn.example.com/a.mp4",
            "https://127.0.0.1/a",
            "https://127.1/a",
            "https://2130706433/a",
            "https://0x7f.1/a",
            "https://017700000001/a",
            "https://localhost/a",
            "https://localhost./a",
            "https://a.localhost/a",
            "https://printer.local/a",
            "https://router/a",
            "https://10.0.0.1/a",
            "https://172.16.0.1/a",
            "https://192.168.1.1/a",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/a",
            "https://0.0.0.0/a",
            "https://255.255.255.255/a",
            "https://224.0.0.1/a",
            "https://198.18.0.1/a",
            "https://192.0.0.1/a",
            "https://[::1]/a",
            "https://[::]/a",
            "https://[fe80::1]/a",
            "https://[fc00::1]/a",
            "https://[fd12::1]/a",
            "https://[::ffff:10.0.0.1]/a",
            "https://[::ffff:127.0.0.1]/a",
            "https://[64:ff9b::a00:1]/a",
            "https://[2002:7f00:1::]/a",
            "https://[2001:db8::1]/a",
            "https://[ff02::1]/a",
            "https://user:pass@cdn.example.com/a",
            "https://user@cdn.example.com/a",
            "https://cdn.example.com:8443/a",
            "https://metadata.google.internal/a",
            "file:///etc/passwd",
            "data:video/mp4;base64,AAAA",
            "ftp://cdn.example.com/a",
            "javascript:alert(1)",
            "gopher://cdn.example.com/",
            "//cdn.example.com/a",
            "a.mp4",
            "",
            "https://",
            "blob:https://a/b",
            "http://127.0.0.1:9/a",
            "https://[::127.0.0.1]/a",
        ] {
            assert!(check(link, false).is_err(), "{link}");
        }
        for link in ["https://cdn.example.com/a.mp4?sign=1", "https://93.184.216.34/a", "https://[2606:2800::1]/a"] {
            assert!(check(link, false).is_ok(), "{link}");
        }
    }

    #[test]
    fn this_machine_only_beside_a_provider_on_this_machine() {
        assert!(check("http://127.0.0.1:9/a.mp4", true).is_ok());
        assert!(check("http://10.0.0.1:9/a.mp4", true).is_err());
        assert!(check("http://127.0.0.1:9/a.mp4", false).is_err());
    }
}
