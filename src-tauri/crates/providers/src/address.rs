//! Which addresses out of a provider's answer may be used. An answer is foreign text; it must not make this program
//! ask the router, the cloud's own address or a neighbour.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// Whether an address leads, encrypted, to a host that is neither this machine nor inside a private network, as far as
/// its own words say.
#[must_use]
pub fn is_public(url: &Url) -> bool {
    if url.scheme() != "https" || !url.username().is_empty() || url.password().is_some() {
        return false;
    }
    match url.host() {
        None => false,
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            let inside =
                name == "localhost" || [".localhost", ".local", ".internal"].iter().any(|end| name.ends_with(end));
            !inside && name.contains('.')
        }
        Some(Host::Ipv4(address)) => is_public_host(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => is_public_host(IpAddr::V6(address)),
    }
}

/// Whether an address of the network is a public one.
#[must_use]
pub fn is_public_host(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => is_public_v4(mapped),
            None => is_public_v6(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared_by_carriers = a == 100 && (64..128).contains(&b);
    let for_benchmarks = a == 198 && (b == 18 || b == 19);
    let of_protocols = a == 192 && b == 0 && c == 0;
    let to_any_relay = a == 192 && b == 88 && c == 99;
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || shared_by_carriers
        || for_benchmarks
        || of_protocols
        || to_any_relay)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // Only the global unicast range, and there neither documentation nor addresses that carry an IPv4 one inside.
    let carries_another = first == 0x2002 || first == 0x2001 && second < 0x200;
    let for_documentation = first == 0x2001 && second == 0xdb8 || first == 0x3fff && second < 0x1000;
    (0x2000..0x4000).contains(&first) && !carries_another && !for_documentation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ordinary_public_hosts() {
        for text in [
            "http://storage.example.com/a",
            "https://localhost/a",
            "https://a.localhost./a",
            "https://printer.local/a",
            "https://metadata.google.internal/a",
            "https://router/a",
            "https://user:pass@storage.example.com/a",
            "https://127.0.0.1/a",
            "https://2130706433/a",
            "https://0x7f.1/a",
            "https://10.0.0.1/a",
            "https://172.16.0.1/a",
            "https://192.168.1.1/a",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/a",
            "https://0.0.0.0/a",
            "https://224.0.0.1/a",
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
            "ftp://storage.example.com/a",
        ] {
            assert!(!is_public(&Url::parse(text).expect("an address")), "{text}");
        }
        for text in ["https://storage.example.com/a?sign=1", "https://93.184.216.34/a", "https://[2606:2800::1]/a"] {
            assert!(is_public(&Url::parse(text).expect("an address")), "{text}");
        }
    }
}
