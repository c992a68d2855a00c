//! From which network address a request comes: that of the connection, or what trusted proxies say of it.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;

use crate::edge::Edge;

/// Where a request comes from, as guesses are counted and the book of the door tells it; none where it is not known.
/// Of an IPv6 address the network of one customer (/64), because whoever has one has them all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(pub Option<String>);

impl FromRequestParts<Arc<Edge>> for Place {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, edge: &Arc<Edge>) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(it)| it.ip());
        Ok(Self(peer.map(|it| network(client(it, &parts.headers, &edge.trusted_proxies)))))
    }
}

/// The client behind proxies that are trusted: from the right, the first address that is none of theirs. What stands
/// further left was said by the client, who can say anything.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |it: IpAddr| trusted.iter().any(|net| net.contains(&it.to_canonical()));
    let mut here = peer.to_canonical();
    let mut said = forwarded(headers);
    while is_trusted(here) {
        // What cannot be read is no address: the last that is known counts.
        let Some(Some(next)) = said.pop() else { break };
        here = next.to_canonical();
    }
    here
}

/// The addresses of `Forwarded` (RFC 7239), or of `X-Forwarded-For` where there is none, as they stand.
fn forwarded(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let lines = |name: &str| -> Vec<String> {
        let all = headers.get_all(name).iter().filter_map(|it| it.to_str().ok());
        all.flat_map(|it| it.split(',')).map(|it| it.trim().to_owned()).collect()
    };
    let standard = lines("forwarded");
    if standard.is_empty() {
        return lines("x-forwarded-for").iter().map(|it| address(it)).collect();
    }
    let of = |element: &String| {
        let mut pairs = element.split(';').filter_map(|it| it.trim().split_once('='));
        let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
        address(value.trim().trim_matches('"'))
    };
    standard.iter().map(of).collect()
}

/// An address with or without a port: `192.0.2.7`, `192.0.2.7:4711`, `2001:db8::1`, `[2001:db8::1]:4711`.
fn address(words: &str) -> Option<IpAddr> {
    let bare = words.strip_prefix('[').and_then(|it| it.split_once(']')).map_or(words, |(it, _)| it);
    bare.parse().ok().or_else(|| words.parse::<SocketAddr>().ok().map(|it| it.ip()))
}

fn network(it: IpAddr) -> String {
    match it.to_canonical() {
        IpAddr::V4(it) => it.to_string(),
        IpAddr::V6(it) => {
            let [a, b, c, d, ..] = it.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(peer: &str, headers: &[(&'static str, &str)]) -> String {
        let trusted: Vec<IpNet> = ["10.0.0.0/8", "2001:db8:1::/48"].map(|it| it.parse().unwrap()).to_vec();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        network(client(peer.parse().unwrap(), &map, &trusted))
    }

    #[test]
    fn only_what_trusted_proxies_say_counts() {
        let lie = ("x-forwarded-for", "198.51.100.1");
        assert_eq!(found("203.0.113.9", &[lie]), "203.0.113.9", "a stranger says anything");
        assert_eq!(found("10.0.0.1", &[lie]), "198.51.100.1");
        assert_eq!(found("::ffff:10.0.0.1", &[lie]), "198.51.100.1");
        assert_eq!(
            found("10.0.0.1", &[("x-forwarded-for", "1.1.1.1, 198.51.100.1, 10.0.0.7")]),
            "198.51.100.1"
        );
        assert_eq!(
            found("10.0.0.1", &[("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "198.51.100.1")]),
            "198.51.100.1"
        );
        assert_eq!(found("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(found("10.0.0.1", &[("x-forwarded-for", "1.1.1.1, unknown")]), "10.0.0.1");
    }

    #[test]
    fn the_standard_header_is_read_before_the_other() {
        let standard = ("forwarded", "for=1.1.1.1, For=\"[2001:db8:7::5]:4711\";proto=https");
        assert_eq!(found("10.0.0.1", &[standard, ("x-forwarded-for", "198.51.100.1")]), "2001:db8:7::/64");
        assert_eq!(found("10.0.0.1", &[("forwarded", "for=198.51.100.1:80;by=10.0.0.1")]), "198.51.100.1");
        assert_eq!(found("2001:db8:1::9", &[("forwarded", "for=_hidden")]), "2001:db8:1::/64");
    }
}
