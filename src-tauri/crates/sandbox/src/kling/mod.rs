//! Kling's two generations, from its documentation (read 2026-09-20): the same host, errors and account, other words.

pub(crate) mod legacy;
pub(crate) mod standard;
mod token;

use crate::control::{after, before};
use crate::dialect::{BALANCE, read_picture, takes};
use crate::faults::{FaultKind, Target};
use crate::state::State;
use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use serde_json::{Value, json};
use sixshot_domain::Ratio;

/// Millionths of a dollar for one unit.
const UNIT: i64 = 140_000;

/// An error envelope; the status is the one the documentation lists for the code.
pub(super) fn refuse(code: i64, message: &str) -> Response {
    let status = match code {
        1000..=1004 => 401,
        1100..=1102 | 1302..=1304 => 429,
        1103 => 403,
        1202 | 1203 => 404,
        5001 => 503,
        5002 => 504,
        5000 => 500,
        _ => 400,
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, Json(json!({ "code": code, "message": message, "request_id": crate::dialect::new_id() }))).into_response()
}

pub(super) fn success(data: Value) -> Response {
    Json(json!({ "code": 0, "message": "SUCCEED", "request_id": crate::dialect::new_id(), "data": data }))
        .into_response()
}

/// A code of the provider's table inside a purchase that was found wanting.
pub(super) type Refusal = (i64, String);

pub(super) fn invalid(reason: &str) -> Refusal {
    (1201, reason.to_owned())
}

/// The shape of a picture that travels inside a request: base64 without a prefix, or an address.
pub(super) fn picture(value: Option<&Value>) -> Result<Option<Ratio>, Refusal> {
    let Some(value) = value else { return Ok(None) };
    let text = value.as_str().ok_or_else(|| invalid("image must be a string"))?;
    if text.starts_with("https://") {
        return Ok(Some(Ratio::Wide));
    }
    if text.starts_with("data:") {
        return Err(invalid("image base64 must not have a data: prefix"));
    }
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(text)
        .map_err(|_| invalid("image is neither an address nor base64"))?;
    let upload = read_picture(&bytes).filter(takes);
    upload.map(|upload| Some(upload.ratio)).ok_or_else(|| {
        invalid("The resolution or aspect ratio of the input image is invalid. Please ensure it meets the required specifications.")
    })
}

pub(super) fn ratio(value: Option<&Value>) -> Result<Ratio, Refusal> {
    match value.map(|value| value.as_str().unwrap_or_default()) {
        None | Some("16:9") => Ok(Ratio::Wide),
        Some("9:16") => Ok(Ratio::Tall),
        Some("1:1") => Ok(Ratio::Square),
        Some(_) => Err(invalid("aspect_ratio")),
    }
}

/// Thousandths of units a second, from the price table; written here a second time on purpose, to check the first.
pub(super) fn milli_units(turbo: bool, lines: u32, audio: bool) -> i64 {
    match (turbo, lines, audio) {
        (true, 720, _) => 800,
        (true, _, _) => 1_000,
        (false, 720, false) => 600,
        (false, 720, true) => 900,
        (false, 1080, false) => 800,
        (false, 1080, true) => 1_200,
        (false, _, _) => 3_000,
    }
}

/// Millionths of a dollar.
pub(super) fn price(milli_units: i64, seconds: u32) -> i64 {
    milli_units * UNIT / 1_000 * i64::from(seconds)
}

/// Units as the provider writes them: a string without needless decimals.
pub(super) fn units(micro_dollars: i64) -> String {
    let milli = micro_dollars * 1_000 / UNIT;
    let text = format!("{}.{:03}", milli / 1_000, milli % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The account's packs.
pub(super) async fn costs(
    state: &State,
    provider: &'static str,
    key: Result<String, Box<Response>>,
    headers: &HeaderMap,
) -> Response {
    let fault: Option<FaultKind> = state.fault(Target::Balance);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    let key = match key {
        Ok(key) => key,
        Err(response) => return *response,
    };
    if headers.contains_key("content-type") {
        return refuse(1200, "a GET has no body");
    }
    let left = if key.contains("empty") { 0 } else { BALANCE - state.spent(provider, &key) };
    let pack = |name: &str, quantity: i64, status: &str| {
        json!({
            "resource_pack_name": name,
            "resource_pack_id": format!("pack-{name}"),
            "resource_pack_type": "decreasing_total",
            "total_quantity": BALANCE / UNIT,
            "remaining_quantity": quantity,
            "purchase_time": 1_774_805_076_166_i64,
            "effective_time": 1_774_805_076_166_i64,
            "invalid_time": 1_990_000_000_000_i64,
            "status": status,
        })
    };
    let packs = json!([pack("Video", left / UNIT, "online"), pack("Old", 100, "expired")]);
    after(fault.as_ref(), success(json!({ "code": 0, "msg": "success", "resource_pack_subscribe_infos": packs }))).await
}
