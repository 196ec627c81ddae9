//! Who a bearer is: an API key, or a token signed with the secret of an access key.

use super::refuse;
use crate::dialect;
use axum::http::HeaderMap;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use serde_json::Value;
use sha2::Sha256;
use time::OffsetDateTime;

/// The one secret key of every access key in the sandbox.
const SECRET: &str = "sandbox-secret-key";

/// The API key of a request of the new standard, which takes no tokens.
pub(super) fn api_key(headers: &HeaderMap) -> Result<String, Box<Response>> {
    let key = bearer(headers)?;
    if key.split('.').count() == 3 {
        return Err(Box::new(refuse(
            1002,
            "Authentication error. The current API does not support AK/SK; please go to the console to create API key.",
        )));
    }
    Ok(key)
}

/// The API key or the access key of a request of the older generation.
pub(super) fn api_or_access_key(headers: &HeaderMap) -> Result<String, Box<Response>> {
    let key = bearer(headers)?;
    let parts: Vec<_> = key.split('.').collect();
    let [header, claims, signature] = parts[..] else { return Ok(key) };
    let refused = |code, message: &str| Err(Box::new(refuse(code, message)));
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()) else { return refused(1002, "no secret") };
    mac.update(format!("{header}.{claims}").as_bytes());
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    if mac.verify_slice(&signature).is_err() {
        return refused(1002, "Authorization is invalid");
    }
    let claims = URL_SAFE_NO_PAD.decode(claims).unwrap_or_default();
    let claims: Value = serde_json::from_slice(&claims).unwrap_or_default();
    let number = |name: &str| claims.get(name).and_then(Value::as_i64).unwrap_or(0);
    let now = OffsetDateTime::now_utc().unix_timestamp();
    if number("nbf") > now {
        return refused(1003, "Authorization is not yet valid");
    }
    if number("exp") < now {
        return refused(1004, "Authorization has expired");
    }
    claims.get("iss").and_then(Value::as_str).map(str::to_owned).ok_or_else(|| Box::new(refuse(1002, "no issuer")))
}

fn bearer(headers: &HeaderMap) -> Result<String, Box<Response>> {
    if !headers.contains_key("authorization") {
        return Err(Box::new(refuse(1001, "Authorization is empty")));
    }
    dialect::key_of(headers, "Bearer").ok_or_else(|| Box::new(refuse(1002, "Authorization is invalid")))
}
