//! Addresses that mean harm, in a provider's answer or in a redirect: refused by their code, with no connection made.

use crate::address::{AddressProblem, check};
use crate::download::{FetchProblem, client, fetch, next_hop, public_ones};
use reqwest::header::{HeaderMap, HeaderValue, LOCATION};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

use AddressProblem::{NotEncrypted, Private, Unreadable, Unusual};

/// Every one must be refused for a provider elsewhere.
fn hostile() -> Vec<(String, AddressProblem)> {
    let mut all: Vec<(String, AddressProblem)> = Vec::new();
    let mut add = |problem, links: &[&str]| all.extend(links.iter().map(|link| ((*link).to_owned(), problem)));
    // This machine, in every way to write it.
    add(
        Private,
        &[
            "https://0x/a",
            "https://127.0.0.1/a",
            "https://127.1/a",
            "https://127.0.1/a",
            "https://127.255.255.254/a",
            "https://2130706433/a",
            "https://0x7f.1/a",
            "https://0x7f000001/a",
            "https://0X7F.0.0.1/a",
            "https://017700000001/a",
            "https://0177.0.0.1/a",
            "https://127.0.0.1./a",
            "https://0/a",
            "https://0.0.0.0/a",
            "https://localhost/a",
            "https://LOCALHOST/a",
            "https://localhost./a",
            "https://localhost../a",
            "https://a.localhost/a",
            "https://a.localhost./a",
            "https://ip6-localhost/a",
            "https://router/a",
            "https://printer.local/a",
            "https://metadata.google.internal/a",
            "https://metadata.google.internal./a",
            // Full-width digits and dots, circled digits, and other letters that become ASCII.
            "https://１２７.０.０.１/a",
            "https://127。0。0。1/a",
            "https://①②⑦.⓪.⓪.①/a",
            "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/a",
            "https://loc\u{AD}alhost/a",
            "https://%31%32%37.0.0.1/a",
            "https://%6c%6f%63alhost/a",
            // Tabs and newlines are taken out before an address is read.
            "https://127.0\t.0.1/a",
            "https://127.0.\n0.1/a",
            "ht\ntps://127.0.0.1/a",
            "  https://127.0.0.1/a  ",
            // Backslashes are slashes to whoever reads an address; the host is what stands before them.
            "https:\\\\127.0.0.1\\a",
            "https://127.0.0.1\\@cdn.example.com/a",
            "https:/127.0.0.1/a",
            "https:127.0.0.1/a",
        ],
    );
    // Networks that belong to nobody outside.
    add(
        Private,
        &[
            "https://10.0.0.1/a",
            "https://10.1/a",
            "https://172.16.0.1/a",
            "https://172.31.255.255/a",
            "https://192.168.1.1/a",
            "https://0xc0.0xa8.1.1/a",
            "https://169.254.169.254/latest/meta-data",
            "https://2852039166/latest",
            "https://100.64.0.1/a",
            "https://100.127.255.254/a",
            "https://192.0.0.1/a",
            "https://192.0.2.1/a",
            "https://198.51.100.1/a",
            "https://203.0.113.1/a",
            "https://198.18.0.1/a",
            "https://198.19.255.255/a",
            "https://224.0.0.1/a",
            "https://239.255.255.250/a",
            "https://240.0.0.1/a",
            "https://255.255.255.255/a",
            "https://192.88.99.1/a",
        ],
    );
    add(
        Private,
        &[
            "https://[::1]/a",
            "https://[::]/a",
            "https://[0:0:0:0:0:0:0:1]/a",
            "https://[fe80::1]/a",
            "https://[febf::1]/a",
            "https://[fec0::1]/a",
            "https://[fc00::1]/a",
            "https://[fdff::1]/a",
            "https://[ff02::1]/a",
            "https://[2001:db8::1]/a",
            "https://[3fff::1]/a",
            "https://[100::1]/a",
            // With an older address inside: mapped, compatible, translated, 6to4, Teredo, ISATAP's own prefix.
            "https://[::ffff:10.0.0.1]/a",
            "https://[::ffff:127.0.0.1]/a",
            "https://[::ffff:7f00:1]/a",
            "https://[::127.0.0.1]/a",
            "https://[::ffff:0:127.0.0.1]/a",
            "https://[64:ff9b::a00:1]/a",
            "https://[64:ff9b:1::a00:1]/a",
            "https://[2002:7f00:1::]/a",
            "https://[2002:a00:1::1]/a",
            "https://[2001::1]/a",
            "https://[2001:0:7f00:1::]/a",
            "https://[5f00::1]/a",
        ],
    );
    add(
        Unusual,
        &[
            "https://user:pass@cdn.example.com/a",
            "https://user@cdn.example.com/a",
            "https://:pass@cdn.example.com/a",
            "https://cdn.example.com@127.0.0.1/a",
            "https://127.0.0.1%2f@cdn.example.com/a",
            "https://cdn.example.com:8443/a",
            "https://cdn.example.com:80/a",
            "https://cdn.example.com:22/a",
            "https://cdn.example.com:1/a",
            "https://127.0.0.1:1/a",
        ],
    );
    add(
        NotEncrypted,
        &[
            "http://cdn.example.com/a",
            "http://127.1/a",
            "http://0x7f.1/a",
            "http://[::ffff:10.0.0.1]/a",
            "file:///etc/passwd",
            "file://localhost/etc/passwd",
            "file:\\\\host\\share",
            "data:video/mp4;base64,AAAA",
            "javascript:alert(1)",
            "blob:https://cdn.example.com/1",
            "ws://cdn.example.com/a",
            "wss://cdn.example.com/a",
            "ftp://cdn.example.com/a",
            "gopher://cdn.example.com/",
            "about:blank",
            "view-source:https://cdn.example.com/",
            "asset://localhost/etc/passwd",
            "ipc://localhost/call",
            "tauri://localhost/",
            "chrome://settings",
            "jar:file:///a!/b",
        ],
    );
    add(
        Unreadable,
        &[
            "",
            " ",
            "a.mp4",
            "/a.mp4",
            "//cdn.example.com/a",
            "https://",
            "https:///",
            "https://:443/a",
            "https://?a",
            "https://#a",
            "https://[::1/a",
            "https://[::1%25eth0]/a",
            "https://256.256.256.256/a",
            "https://1.2.3.4.5/a",
            "https://cdn.example.com:99999/a",
            "https://cdn example.com/a",
            "https://a\u{0}b.example/a",
            "https://%00/a",
            "https://a<b>.example/a",
            "https://xn--/a",
            "https://\u{202E}/a",
        ],
    );
    all.push((format!("https://{}/a", "a".repeat(100_000)), Private));
    all
}

/// Not refused: the table above must not refuse everything.
const ORDINARY: [&str; 6] = [
    "https://cdn.example.com/a.mp4?sign=1",
    "https://cdn.example.com:443/a",
    "https://93.184.216.34/a",
    "https://[2606:2800:220:1::1]/a",
    "https://münchen.example/a",
    "https://127.0.0.1.example.com/a",
];

fn problem_of(result: Result<Url, FetchProblem>) -> String {
    match result {
        Ok(url) => format!("taken: {url}"),
        Err(problem) => problem.to_string(),
    }
}

#[test]
fn each_is_refused_by_its_code() {
    let mut wrong = Vec::new();
    for (link, problem) in hostile() {
        let found = check(&link, false);
        if found.as_ref().err() != Some(&problem) {
            wrong.push(format!(
                "{}: {found:?} instead of {problem:?}",
                link.escape_debug().take(80).collect::<String>()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(hostile().len() >= 60);
    println!("{} addresses refused", hostile().len());
    for link in ORDINARY {
        assert!(check(link, false).is_ok(), "{link}");
    }
}

#[test]
fn a_redirect_is_judged_as_the_first_address_is() {
    let from = Url::parse("https://cdn.example.com/a/b.mp4").expect("an address");
    let to = |location: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, HeaderValue::from_bytes(location.as_bytes()).expect("a header"));
        next_hop(&from, &headers, false)
    };
    let mut refused = 0;
    for (link, _) in hostile() {
        // What is no address by itself is a path of the same host, and what no header can hold never comes.
        if Url::parse(&link).is_err() || HeaderValue::from_bytes(link.as_bytes()).is_err() {
            continue;
        }
        match to(&link) {
            // One slash or none: to a redirect that is a path of the same host, as to a browser.
            Ok(url) => assert_eq!(url.host_str(), from.host_str(), "{link}"),
            Err(FetchProblem::Address(_)) => refused += 1,
            // A header holds no such letters.
            Err(FetchProblem::Broken(_)) if !link.is_ascii() => {}
            Err(other) => panic!("{link}: {other}"),
        }
    }
    assert!(refused > 100, "{refused}");
    assert!(matches!(to("//127.0.0.1/a"), Err(FetchProblem::Address(Private))));
    assert!(matches!(to("\\\\127.0.0.1\\a"), Err(FetchProblem::Address(Private))));
    assert_eq!(problem_of(next_hop(&from, &HeaderMap::new(), false)), "a redirect to nowhere");
    assert_eq!(problem_of(to("c.mp4")), "taken: https://cdn.example.com/a/c.mp4");
    assert_eq!(problem_of(to("//other.example.com/c")), "taken: https://other.example.com/c");
}

#[test]
fn of_a_name_with_two_addresses_only_the_public_one_is_used() {
    let address = |text: &str| text.parse::<SocketAddr>().expect("an address");
    let both =
        vec![address("10.0.0.1:443"), address("93.184.216.34:443"), address("[::1]:443"), address("[fe80::1]:443")];
    assert_eq!(public_ones(both), [address("93.184.216.34:443")]);
    assert_eq!(public_ones(vec![address("127.0.0.1:443"), address("[::ffff:192.168.0.1]:443")]), []);
}

/// Answers every request of every connection with the same head, and counts the connections.
struct Server {
    address: SocketAddr,
    came: Arc<AtomicUsize>,
}

impl Server {
    async fn start(head: impl Fn(SocketAddr, usize) -> String + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let came = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&came);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let number = count.fetch_add(1, Ordering::SeqCst);
                let mut request = [0; 4_096];
                let read = stream.read(&mut request).await.unwrap_or(0);
                assert!(!String::from_utf8_lossy(&request[..read]).to_lowercase().contains("authorization"));
                let answer =
                    format!("HTTP/1.1 {}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", head(address, number));
                drop(stream.write_all(answer.as_bytes()).await);
            }
        });
        Self { address, came }
    }

    fn came(&self) -> usize {
        self.came.load(Ordering::SeqCst)
    }
}

fn part(home: &Path) -> PathBuf {
    home.join("clip.mp4.part")
}

async fn refusal(home: &Path, link: &str, local: bool) -> String {
    match fetch(part(home), link, local, 0).await {
        Ok(fetched) => panic!("{link} was fetched: {fetched:?}"),
        Err(problem) => problem.to_string(),
    }
}

#[tokio::test]
async fn nothing_is_connected_to_for_a_hostile_address() {
    let home = tempfile::tempdir().expect("a folder");
    let server = Server::start(|_, _| "200 OK".to_owned()).await;
    let port = server.address.port();
    for (link, _) in hostile() {
        let reason = refusal(home.path(), &link, false).await;
        assert!(reason.starts_with("the clip's address is refused"), "{link}: {reason}");
    }
    // With the port of somebody who listens, in every form that leads here.
    for host in
        ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "localhost", "localhost.", "[::ffff:127.0.0.1]", "0.0.0.0"]
    {
        for scheme in ["http", "https", "ws", "ftp"] {
            let reason = refusal(home.path(), &format!("{scheme}://{host}:{port}/a.mp4"), false).await;
            assert!(reason.starts_with("the clip's address is refused"), "{scheme}://{host}: {reason}");
        }
    }
    assert_eq!(server.came(), 0);
    assert!(!part(home.path()).exists(), "nothing was begun");
}

#[tokio::test]
async fn a_name_that_leads_here_is_not_connected_to() {
    let server = Server::start(|_, _| "200 OK".to_owned()).await;
    let port = server.address.port();
    // Past the check of the words, as a name would be whose owner points it here.
    for host in ["localhost", "localhost.", "LOCALHOST"] {
        let sent = client(false, host).expect("a client").get(format!("https://{host}:{port}/a")).send().await;
        assert!(sent.expect_err("refused").is_connect(), "{host}");
    }
    assert_eq!(server.came(), 0);
    // Nor without encryption, whatever the name.
    let sent = client(false, "127.0.0.1").expect("a client").get(format!("http://{}/a", server.address)).send().await;
    assert!(sent.is_err());
    assert_eq!(server.came(), 0);
}

#[tokio::test]
async fn redirects_of_a_provider_on_this_machine_lead_nowhere_else() {
    let home = tempfile::tempdir().expect("a folder");
    for location in [
        "http://10.0.0.1/a",
        "https://10.0.0.1/a",
        "http://169.254.169.254/latest/meta-data",
        "https://[fe80::1]/a",
        "http://cdn.example.com/a",
        "file:///etc/passwd",
        "data:video/mp4;base64,AAAA",
        "javascript:alert(1)",
        "ftp://127.0.0.1/a",
        "http://user:pass@127.0.0.1/a",
        "http://0.0.0.0/a",
        "https://cdn.example.com:8443/a",
        "ws://127.0.0.1/a",
        "http://192.168.0.1/a",
    ] {
        let server = Server::start(move |_, _| format!("302 Found\r\nlocation: {location}")).await;
        let reason = refusal(home.path(), &format!("http://{}/a.mp4", server.address), true).await;
        assert!(reason.starts_with("the clip's address is refused"), "{location}: {reason}");
        assert_eq!(server.came(), 1, "{location}");
    }
}

#[tokio::test]
async fn redirects_without_an_end_or_an_aim_are_given_up() {
    let home = tempfile::tempdir().expect("a folder");
    for status in [301, 302, 303, 307, 308] {
        let round =
            Server::start(move |address, number| format!("{status} Again\r\nlocation: http://{address}/{number}"))
                .await;
        let reason = refusal(home.path(), &format!("http://{}/a.mp4", round.address), true).await;
        assert_eq!((reason.as_str(), round.came()), ("too many redirects", 4), "{status}");
    }
    for head in
        ["302 Found", "302 Found\r\nlocation: http://[", "302 Found\r\nlocation: http://a b/", "304 Not Modified"]
    {
        let server = Server::start(move |_, _| head.to_owned()).await;
        let reason = refusal(home.path(), &format!("http://{}/a.mp4", server.address), true).await;
        assert_eq!((reason.as_str(), server.came()), ("a redirect to nowhere", 1), "{head}");
    }
}
