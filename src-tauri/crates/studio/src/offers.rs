//! Judging and pricing the open board, here and at every other provider.

use crate::contract::{FitArgs, LivePrice, Offer, RequestPreview, WholeBoard};
use crate::problem::StudioError;
use crate::studio::Studio;
use sixshot_domain::{Assessment, Board, PriceTable, Severity, assess, quote, smallest_change};
use sixshot_providers::{Composition, ModelEntry, PictureSlot, PictureWay};

impl Studio {
    pub(crate) async fn assess(&self, args: WholeBoard) -> Result<Assessment, StudioError> {
        let model = self.model_of(&args.board)?;
        Ok(assess(&args.board, &model.profile, Some(&self.prices_of(model))))
    }

    pub(crate) async fn compare_offers(&self, args: WholeBoard) -> Result<Vec<Offer>, StudioError> {
        let board = args.board;
        let models = self.catalogue.models().filter(|model| !model.profile.free);
        let mut offers: Vec<Offer> = models.map(|model| offer(&board, model, &self.prices_of(model))).collect();
        offers.sort_by_key(|offer| {
            let total = offer.quote.as_ref().map_or(i64::MAX, |quote| quote.total.0);
            (!offer.ready, total, offer.provider.clone(), offer.model.clone())
        });
        Ok(offers)
    }

    pub(crate) async fn fit_board(&self, args: FitArgs) -> Result<Board, StudioError> {
        let model = self.catalogue.model(&args.provider, &args.model).ok_or(StudioError::Missing("model"))?;
        let board = Board { provider: args.provider, model: args.model, ..args.board };
        let prices = self.prices_of(model);
        let fitted = smallest_change(&board, &model.profile, &prices).map(|(_, board)| board);
        fitted.ok_or_else(|| StudioError::NotReady("no small change makes it fit".to_owned()))
    }

    pub(crate) async fn ask_price(&self, args: WholeBoard) -> Result<LivePrice, StudioError> {
        let model = self.model_of(&args.board)?;
        let entry = self.provider_entry(&args.board.provider)?;
        let provider = self.registry().get(&entry.id).ok_or(StudioError::Missing("provider"))?;
        let key = sixshot_queue::Keys::key(&*self.keyring, &entry.id).await?;
        let single = Board { takes: 1, ..args.board };
        let request = provider.compose(&Composition {
            board: &single,
            profile: &model.profile,
            // What a picture shows plays no part in the price, and nothing is uploaded for a question.
            picture: &|slot| placeholder(&single, entry.pictures, slot),
            client_id: "price",
        })?;
        let live = provider.live_price(&key, &request).await?;
        let table = quote(&single, &model.profile, &self.prices_of(model)).map(|quote| quote.per_take);
        Ok(LivePrice { live, table })
    }

    pub(crate) async fn preview_request(&self, args: WholeBoard) -> Result<RequestPreview, StudioError> {
        let model = self.model_of(&args.board)?;
        let entry = self.provider_entry(&args.board.provider)?;
        let provider = self.registry().get(&entry.id).ok_or(StudioError::Missing("provider"))?;
        let request = provider.compose(&Composition {
            board: &args.board,
            profile: &model.profile,
            picture: &|slot| placeholder(&args.board, entry.pictures, slot),
            client_id: "{name of this purchase}",
        })?;
        let own = self.settings().base_urls.get(&entry.id.0).cloned();
        let base = entry.address("", own.as_deref());
        let url = format!("{}{}", base.trim_end_matches('/'), request.path);
        let body: serde_json::Value =
            serde_json::from_str(&request.body).map_err(|error| StudioError::Contract(error.to_string()))?;
        let body = serde_json::to_string_pretty(&body).map_err(|error| StudioError::Contract(error.to_string()))?;
        let curl = format!(
            "curl -X POST {} -H \"Authorization: {} ${}\" -H 'Content-Type: application/json' -d {}",
            quoted(&url),
            entry.authorization,
            entry.key_variable,
            quoted(&request.body)
        );
        Ok(RequestPreview { method: "POST".to_owned(), url, body, curl })
    }

    /// What the catalogue knows of a board's model.
    pub(crate) fn model_of(&self, board: &Board) -> Result<&ModelEntry, StudioError> {
        self.catalogue.model(&board.provider, &board.model).ok_or(StudioError::Missing("model"))
    }
}

/// What stands in a preview for a picture that has not been sent anywhere yet.
fn placeholder(board: &Board, way: PictureWay, slot: PictureSlot) -> String {
    match (way, slot) {
        (PictureWay::Address, PictureSlot::First) => board.first_frame_address.trim().to_owned(),
        (PictureWay::Address, PictureSlot::Last) => board.last_frame_address.trim().to_owned(),
        (_, PictureSlot::First) => "{frame:first}".to_owned(),
        (_, PictureSlot::Last) => "{frame:last}".to_owned(),
        (_, PictureSlot::Element { element, picture }) => {
            let name = board.elements.get(element).map_or("", |element| element.name.as_str());
            format!("{{picture {} of @{name}}}", picture + 1)
        }
    }
}

fn offer(board: &Board, model: &ModelEntry, prices: &PriceTable) -> Offer {
    let assessment = assess(board, &model.profile, Some(prices));
    let fitted = if assessment.ready { None } else { smallest_change(board, &model.profile, prices) };
    let (changes, changed) = fitted.unzip();
    let obstacle = assessment.findings.into_iter().find(|finding| finding.severity == Severity::Error);
    Offer {
        provider: model.profile.provider.clone(),
        provider_name: model.profile.provider_name.clone(),
        model: model.profile.model.clone(),
        model_name: format!("{} {}", model.profile.model_name, model.profile.tier),
        quote: assessment.quote,
        ready: assessment.ready,
        obstacle,
        changed_quote: changed.and_then(|board| quote(&board, &model.profile, prices)),
        changes,
    }
}

/// A word of a shell: in single quotes, with single quotes inside written as the shell wants them.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_prompt_cannot_leave_its_quotes() {
        assert_eq!(super::quoted("it's $(rm -rf ~)"), r"'it'\''s $(rm -rf ~)'");
    }
}
