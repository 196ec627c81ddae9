//! The token that stands for an access key and its secret: signed anew for each request, because a render may
//! outlive one, and by the provider's clock where this machine's is wrong.

use crate::error::ProviderError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use sha2::Sha256;

/// How long a token is good, in seconds (document-api, authentication, read 2026-11-21).
const LIFE: i64 = 1_800;
/// A token is good from a little before now, because clocks differ.
const EARLY: i64 = 5;

/// What stands behind `Bearer` for a key: an API key as it is, or a token for `AccessKey:SecretKey`.
///
/// `now` is in seconds since 1970, by the provider's clock.
///
/// # Errors
/// `Unauthenticated` for half a pair.
pub(super) fn of(key: &SecretString, now: i64) -> Result<SecretString, ProviderError> {
    let Some((access, secret)) = key.expose_secret().split_once(':') else { return Ok(key.clone()) };
    if access.is_empty() || secret.is_empty() {
        return Err(ProviderError::Unauthenticated { reason: "the key is half a pair".to_owned() });
    }
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = part(json!({ "alg": "HS256", "typ": "JWT" }));
    let claims = part(json!({ "iss": access, "exp": now.saturating_add(LIFE), "nbf": now.saturating_sub(EARLY) }));
    let signed = format!("{header}.{claims}");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map_err(|_| ProviderError::Unauthenticated { reason: "the secret cannot sign".to_owned() })?;
    mac.update(signed.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    Ok(SecretString::from(format!("{signed}.{signature}")))
}

/// Whether a key is signed for each request.
pub(super) fn is_pair(key: &SecretString) -> bool {
    key.expose_secret().contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    #[test]
    fn an_api_key_stays_as_it_is() {
        let token = of(&secret("api-key-kling-1"), 0).expect("a token");
        assert_eq!(token.expose_secret(), "api-key-kling-1");
    }

    #[test]
    fn a_pair_is_signed_as_rfc_7515_says() {
        // Computed with another implementation of HS256 from the same header, claims and secret.
        let token = of(&secret("ak:sk"), 1_763_700_000).expect("a token");
        let parts: Vec<_> = token.expose_secret().split('.').collect();
        assert_eq!(parts[0], "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9");
        let claims = URL_SAFE_NO_PAD.decode(parts[1]).expect("base64");
        let claims: serde_json::Value = serde_json::from_slice(&claims).expect("JSON");
        assert_eq!(claims, json!({ "iss": "ak", "exp": 1_763_701_800, "nbf": 1_763_699_995 }));
        assert_eq!(parts[2], "Hrq7BccOYWp5r7GNl_EgU_EHS8QgV_E6GYXqMouxavw");
    }

    #[test]
    fn half_a_pair_is_no_key() {
        for half in [":secret", "access:"] {
            assert_eq!(of(&secret(half), 0).expect_err("refused").code(), "provider-key-refused");
        }
    }
}
