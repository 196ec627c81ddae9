//! The address of a clip: whatever is let through is https to a public host on the ordinary port, without credentials.

#![no_main]

use sixshot_providers::address::is_public_host;
use sixshot_queue::address;
use url::Host;

libfuzzer_sys::fuzz_target!(|link: &str| {
    let Ok(url) = address::check(link, false) else { return };
    assert_eq!(url.scheme(), "https");
    assert_eq!(url.port_or_known_default(), Some(443));
    assert!(url.username().is_empty() && url.password().is_none(), "{url}");
    match url.host().expect("a host") {
        Host::Ipv4(host) => assert!(is_public_host(host.into()), "{url}"),
        Host::Ipv6(host) => assert!(is_public_host(host.into()), "{url}"),
        Host::Domain(name) => assert!(name != "localhost" && !name.ends_with(".localhost"), "{url}"),
    }
    // A redirect is checked again, and the check agrees with itself.
    assert_eq!(address::check(url.as_str(), false).as_ref(), Ok(&url));
});
