// Generated from the Rust contract by `cargo xtask bindings`. Do not edit.

export type BoardId = string;

export type ShotId = string;

export type FrameId = string;

export type ProviderId = string;

export type ModelId = string;

export type GenerationId = string;

export type MicroDollars = number;

export type MicroCredits = number;

export type Ratio = "16:9" | "9:16" | "1:1";

export type ShotPlan = "customize" | "intelligent";

export type Transition = "cut" | "dissolve";

export type Overlay = { 
/**
 * The number of the shot.
 */
shot_number: boolean, 
/**
 * Seconds and frames.
 */
timecode: boolean, 
/**
 * The words of the shot.
 */
prompt: boolean, };

export type ImageFormat = "png" | "jpeg" | "webp" | "gif" | "bmp" | "tiff";

export type FrameTrait = "animated" | "cmyk" | "deep-colour" | "transparent";

export type Frame = { 
/**
 * Content hash.
 */
id: FrameId, 
/**
 * Format of the stored file.
 */
format: ImageFormat, 
/**
 * Pixels across, after turning upright.
 */
width: number, 
/**
 * Pixels down, after turning upright.
 */
height: number, 
/**
 * Size of the stored file in bytes.
 */
bytes: number, 
/**
 * What else is known of it.
 */
traits: Array<FrameTrait>, };

export type Shot = { 
/**
 * Stays with the shot when shots are reordered.
 */
id: ShotId, 
/**
 * What happens in this shot. A board with one shot sends the board's prompt instead.
 */
prompt: string, 
/**
 * Whole seconds. Any number can arrive here; `assess` says which are possible.
 */
seconds: number, 
/**
 * A still that stands for the shot in the rehearsal. Never sent to a provider.
 */
panel: Frame | null, };

export type Element = { 
/**
 * The word after `@`: letters, digits, `-` and `_`.
 */
name: string, 
/**
 * The provider's id for it, as text: 64-bit numbers must survive to the last digit. Empty when only pictures are
 * known.
 */
element_id: string, 
/**
 * What it is, in words, for providers that ask.
 */
description: string, 
/**
 * Pictures of it, the frontal one first, for providers that take pictures instead of an id.
 */
pictures: Array<Frame>, };

export type Board = { 
/**
 * Names the board.
 */
id: BoardId, 
/**
 * What the person calls it.
 */
name: string, 
/**
 * The main prompt.
 */
prompt: string, 
/**
 * What shall not be in the picture.
 */
negative_prompt: string, 
/**
 * The parts in order of time.
 */
shots: Array<Shot>, 
/**
 * Who decides the cuts.
 */
plan: ShotPlan, 
/**
 * The picture the clip begins with.
 */
first_frame: Frame | null, 
/**
 * The picture the clip ends with.
 */
last_frame: Frame | null, 
/**
 * The shape of the picture, unless a first frame decides it.
 */
ratio: Ratio, 
/**
 * Whether sound is asked for.
 */
audio: boolean, 
/**
 * How strictly the prompt is followed, in hundredths from 0 to 100; the provider's own when absent.
 */
guidance: number | null, 
/**
 * Named references for the prompts.
 */
elements: Array<Element>, 
/**
 * How many clips one press of Generate asks for.
 */
takes: number, 
/**
 * Who is asked.
 */
provider: ProviderId, 
/**
 * What is asked of it.
 */
model: ModelId, 
/**
 * Whether the provider's mark may stand in the clip.
 */
watermark: boolean, 
/**
 * An address the provider tells when the clip is ready, besides this program; empty for none.
 */
callback: string, 
/**
 * Where the first frame lies on the public network, for providers that take no uploads; empty for nowhere.
 */
first_frame_address: string, 
/**
 * The same for the last frame.
 */
last_frame_address: string, 
/**
 * What the rehearsal writes over the picture.
 */
overlay: Overlay, 
/**
 * How the rehearsal's shots follow one another.
 */
transition: Transition, };

export type Span = { 
/**
 * Smallest allowed.
 */
min: number, 
/**
 * Largest allowed.
 */
max: number, };

export type LastFrame = "refused" | "with-first" | "alone";

export type ImageRules = { 
/**
 * Formats it reads.
 */
formats: Array<ImageFormat>, 
/**
 * Largest file in bytes.
 */
max_bytes: number, 
/**
 * Shortest allowed side in pixels.
 */
min_side: number, 
/**
 * Most extreme shape, long side to short side, in tenths: 25 means 2.5:1 and 1:2.5.
 */
max_stretch_tenths: number, };

export type ElementForm = "id" | "number" | "pictures";

export type Profile = { 
/**
 * Who is asked.
 */
provider: ProviderId, 
/**
 * The provider's name for people.
 */
provider_name: string, 
/**
 * What is asked of it.
 */
model: ModelId, 
/**
 * The model's name for people, such as `Kling 3.0`.
 */
model_name: string, 
/**
 * The level of quality, such as `Standard`, `Pro`, `4K`.
 */
tier: string, 
/**
 * Lines of the result's short side: 720, 1080, 2160.
 */
lines: number, 
/**
 * Costs nothing and needs no key.
 */
free: boolean, 
/**
 * Parts of this provider's protocol are documented nowhere: the program reads its answers as well as it can.
 */
unverified: boolean, 
/**
 * What the provider calls its own unit of money, such as `units`; absent when it counts in dollars.
 */
credit_name: string | null, 
/**
 * Total length in whole seconds.
 */
seconds: Span, 
/**
 * How many shots.
 */
shots: Span, 
/**
 * Shortest shot of a clip with several, in whole seconds.
 */
shot_seconds_min: number, 
/**
 * A prompt must be given.
 */
prompt_required: boolean, 
/**
 * Longest main prompt in characters.
 */
prompt_max: number, 
/**
 * Longest prompt of one shot in characters.
 */
shot_prompt_max: number, 
/**
 * Longest text that all shots' prompts make together, as the provider counts it; absent when only each counts.
 */
all_shots_prompt_max: number | null, 
/**
 * Longest negative prompt in characters; absent when the model does not know one.
 */
negative_prompt_max: number | null, 
/**
 * The negative prompt counts for a clip with several shots too.
 */
negative_prompt_with_shots: boolean, 
/**
 * Shapes it can make.
 */
ratios: Array<Ratio>, 
/**
 * With a first frame the result takes the frame's shape and the ratio is not sent.
 */
ratio_follows_frame: boolean, 
/**
 * A first frame may be given.
 */
first_frame: boolean, 
/**
 * When a last frame may be given.
 */
last_frame: LastFrame, 
/**
 * A last frame may be given together with several shots.
 */
last_frame_with_shots: boolean, 
/**
 * Frames are taken by public address only: there is no upload.
 */
frames_by_address: boolean, 
/**
 * Sound can be asked for.
 */
audio: boolean, 
/**
 * Every clip has sound, asked for or not.
 */
audio_always: boolean, 
/**
 * Several shots switch sound on, and bill it.
 */
shots_force_audio: boolean, 
/**
 * The strictness of the prompt can be set.
 */
guidance: boolean, 
/**
 * It can cut the main prompt into shots by itself.
 */
intelligent_plan: boolean, 
/**
 * Most elements.
 */
elements_max: number, 
/**
 * Elements work only together with a first frame.
 */
elements_need_frame: boolean, 
/**
 * What stands for an element.
 */
element_form: ElementForm, 
/**
 * How many pictures an element has, where pictures stand for it.
 */
element_pictures: Span, 
/**
 * The provider's mark in the clip can be switched.
 */
watermark: boolean, 
/**
 * An address can be given that is told when the clip is ready.
 */
callback: boolean, 
/**
 * Most takes by one press of Generate.
 */
takes_max: number, 
/**
 * Which pictures it takes.
 */
image: ImageRules, };

export type Rate = { 
/**
 * With sound.
 */
audio: boolean, 
/**
 * US dollars a second.
 */
per_second: MicroDollars, 
/**
 * The provider's own unit a second, where it has one.
 */
credits_per_second: MicroCredits | null, 
/**
 * The figure the program ships with, where a person has put another in its place.
 */
shipped: MicroDollars | null, };

export type PriceTable = { 
/**
 * Whose price.
 */
provider: ProviderId, 
/**
 * Of what.
 */
model: ModelId, 
/**
 * One rate without sound, one with, or only those that are sold.
 */
rates: Array<Rate>, 
/**
 * Shorter clips are billed as this many seconds.
 */
minimum_seconds: number, 
/**
 * Where the figures stand.
 */
source: string, 
/**
 * The day they were read, `YYYY-MM-DD`.
 */
date: string, };

export type QuoteReason = "audio" | "audio-forced" | "minimum-seconds" | "takes" | "free";

export type Quote = { 
/**
 * All takes together.
 */
total: MicroDollars, 
/**
 * One take.
 */
per_take: MicroDollars, 
/**
 * The rate.
 */
per_second: MicroDollars, 
/**
 * Seconds billed for one take.
 */
seconds: number, 
/**
 * How many takes.
 */
takes: number, 
/**
 * The total in the provider's own unit, where it has one.
 */
credits: MicroCredits | null, 
/**
 * What made the price, most telling first.
 */
reasons: Array<QuoteReason>, 
/**
 * Where the rate stands.
 */
source: string, 
/**
 * The day the rate was read.
 */
date: string, 
/**
 * The rate is a person's own figure.
 */
edited: boolean, };

export type Severity = "error" | "warning" | "advice";

export type FindingCode = "shots-none" | "shots-too-many" | "shot-seconds-invalid" | "shot-too-short" | "total-too-short" | "total-too-long" | "prompt-empty" | "prompt-too-long" | "prompt-control-character" | "shot-prompt-empty" | "shot-prompt-too-long" | "all-shots-prompt-too-long" | "negative-prompt-too-long" | "negative-prompt-unused" | "main-prompt-unused" | "plan-unsupported" | "first-frame-unsupported" | "last-frame-unsupported" | "last-frame-needs-first" | "last-frame-with-shots" | "frame-format" | "frame-too-heavy" | "frame-too-small" | "frame-too-stretched" | "frame-animated" | "frame-cmyk" | "frame-deep-colour" | "frame-transparent" | "frames-differ" | "frame-needs-address" | "frame-address-invalid" | "frame-address-unused" | "ratio-unsupported" | "ratio-follows-frame" | "audio-unsupported" | "audio-forced" | "audio-always" | "guidance-unsupported" | "guidance-out-of-range" | "elements-too-many" | "elements-need-frame" | "element-name-invalid" | "element-id-missing" | "element-id-no-number" | "element-pictures-count" | "element-unknown" | "watermark-unsupported" | "callback-unsupported" | "callback-invalid" | "takes-out-of-range" | "price-unknown" | "advice-written-words" | "advice-counting" | "advice-places" | "advice-alike-people";

export type Mend = { "kind": "crop", 
/**
 * The shape it gets.
 */
ratio: Ratio, } | { "kind": "convert" } | { "kind": "reencode", 
/**
 * The limit to stay under.
 */
max_bytes: number, };

export type Finding = { 
/**
 * Which.
 */
code: FindingCode, 
/**
 * How much it weighs.
 */
severity: Severity, 
/**
 * Where, as a path into the board: `shots[2].prompt`.
 */
field: string, 
/**
 * What the words are filled with.
 */
values: { [key in string]: string }, 
/**
 * What would remove it, where the program can do that by itself.
 */
mend: Mend | null, };

export type AudioState = "off" | "on" | "forced" | "always" | "unsupported";

export type Assessment = { 
/**
 * Errors first, then warnings, then advice; within each in the order of the board.
 */
findings: Array<Finding>, 
/**
 * No finding is an error.
 */
ready: boolean, 
/**
 * What it costs; absent when the price is not known.
 */
quote: Quote | null, 
/**
 * Length in seconds.
 */
seconds: number, 
/**
 * Seconds left up to the model's longest; never negative.
 */
seconds_left: number, 
/**
 * What decides the sound.
 */
audio: AudioState, 
/**
 * The shape the result will have.
 */
ratio: Ratio, 
/**
 * The first frame decides the shape, not the setting.
 */
ratio_from_frame: boolean, 
/**
 * Characters of the main prompt.
 */
prompt_characters: number, 
/**
 * Characters of each shot's prompt, in order; at most as many as `shots` of the largest model, the rest is cut.
 */
shot_characters: Array<number>, 
/**
 * Characters of the negative prompt.
 */
negative_characters: number, };

export type GenerationState = "queued" | "preparing" | "submitting" | "running" | "downloading" | "done" | "failed" | "cancelled" | "expired" | "unknown";

export type Theme = "system" | "light" | "dark";

export type Renderer = "automatic" | "accelerated" | "compatible";

export type View = "compose" | "gallery" | "settings";

export type Settings = { 
/**
 * Light or dark.
 */
theme: Theme, 
/**
 * How the window is drawn.
 */
renderer: Renderer, 
/**
 * A person's own address for a provider: a gateway, a proxy, a test. `https`, or `http` on this machine.
 */
base_urls: { [key in string]: string }, 
/**
 * A person's further accounts at a provider, by provider. Kept by `set_key` and `choose_account`.
 */
accounts: { [key in string]: Accounts }, 
/**
 * A person's own figures for prices, by `provider/model/sound` or `provider/model/silent`, in millionths of a dollar
 * a second. Kept by `set_price`.
 */
prices: { [key in string]: MicroDollars }, 
/**
 * A person's own figures of how much a provider takes, by provider: an account can be allowed more.
 */
limits: { [key in string]: OwnLimits }, 
/**
 * Most money in one calendar month; Generate refuses beyond it.
 */
monthly_cap: MicroDollars | null, 
/**
 * A single press of Generate above this asks once more.
 */
ask_above: MicroDollars | null, 
/**
 * The view that was open.
 */
view: View, 
/**
 * The board that was open.
 */
open_board: BoardId | null, };

export type BoardChange = "takes-within-limit" | "guidance-within-limit" | "ratio-allowed" | "cut-by-person" | "length-within-limits" | "shots-long-enough" | "without-callback" | "without-elements" | "without-last-frame" | "without-frames" | "shots-joined";

export type ProviderView = { 
/**
 * Who.
 */
id: ProviderId, 
/**
 * For people.
 */
name: string, 
/**
 * Where it answers, unless the person gives another address.
 */
base_url: string, 
/**
 * What a key looks like where it is more than one word; empty otherwise.
 */
key_form: string, 
/**
 * The free test of a key exists.
 */
tells_account: boolean, 
/**
 * It says what a request would cost.
 */
quotes: boolean, 
/**
 * A running task can be stopped there.
 */
cancels: boolean, 
/**
 * The money of a failed generation comes back by itself.
 */
refunds_failed: boolean, 
/**
 * A request whose answer was lost can be looked for, and so can what else the account has.
 */
looks_up: boolean, 
/**
 * Its protocol is not documented as a whole.
 */
unverified: boolean, 
/**
 * Its own unit of money, such as `units`.
 */
credit_name: string | null, 
/**
 * Generations it makes at once for a new account.
 */
concurrent: number, 
/**
 * Purchases a minute it takes from a new account.
 */
per_minute: number, 
/**
 * How many hours a clip can be fetched there; 0 when that is not known.
 */
result_hours: number, 
/**
 * What is not known for certain, one sentence each.
 */
doubts: Array<string>, };

export type LivePrice = { 
/**
 * One take, by the provider's word of now.
 */
live: MicroDollars, 
/**
 * One take, by the table.
 */
table: MicroDollars | null, };

export type Ending = "withdraw" | "cancel" | "stop-watching" | "give-up";

export type EndArgs = { id: GenerationId, ending: Ending, };

export type Accounts = { 
/**
 * Their names, in the order they were added.
 */
names: Array<string>, 
/**
 * The one in use; empty for the one without a name.
 */
chosen: string, };

export type OwnLimits = { 
/**
 * Generations at once, 1 to 1000.
 */
concurrent: number, 
/**
 * Purchases in any minute, 1 to 1000.
 */
per_minute: number, };

export type AccountArgs = { 
/**
 * Whose.
 */
provider: ProviderId, 
/**
 * The account's name; empty for the one without.
 */
account: string, };

export type RenameArgs = { id: BoardId, name: string, };

export type FitArgs = { board: Board, provider: ProviderId, model: ModelId, };

export type PriceArgs = { 
/**
 * Whose price.
 */
provider: ProviderId, 
/**
 * Of what.
 */
model: ModelId, 
/**
 * The rate with sound, or without.
 */
audio: boolean, 
/**
 * Dollars a second; the shipped figure comes back when absent.
 */
per_second: MicroDollars | null, };

export type BoardSummary = { 
/**
 * Names the board.
 */
id: BoardId, 
/**
 * What the person calls it.
 */
name: string, 
/**
 * How many shots.
 */
shots: number, 
/**
 * Total seconds.
 */
seconds: number, 
/**
 * A picture that stands for it: the first frame, or the first panel.
 */
picture: FrameId | null, 
/**
 * When it was last changed, milliseconds since 1970.
 */
updated_at: number, 
/**
 * In the trash.
 */
trashed: boolean, };

export type Start = { 
/**
 * The sequence number of the last batch of events before this answer.
 */
sequence: number, 
/**
 * Boards, most recently changed first.
 */
boards: Array<BoardSummary>, 
/**
 * The board that was open, or the newest.
 */
board: Board, 
/**
 * Every model of every provider, the rehearsal last.
 */
profiles: Array<Profile>, 
/**
 * Their prices.
 */
prices: Array<PriceTable>, 
/**
 * What the person set.
 */
settings: Settings, 
/**
 * Generations that are not final, and those that ended lately.
 */
generations: Array<GenerationView>, 
/**
 * What is known of each provider.
 */
providers: Array<ProviderView>, 
/**
 * What is known of each provider's key.
 */
keys: Array<KeyState>, 
/**
 * Money this month.
 */
spending: Spending, 
/**
 * Where pictures and clips are served: `{media_base}/frame/{id}`, `/thumbnail/{frame id}`, `/clip/{take id}`,
 * `/poster/{take id}`. On this machine only, for this run only.
 */
media_base: string, 
/**
 * The library.
 */
library: LibraryView, 
/**
 * The newest rehearsal of the open board that is not in the trash. The board may have been edited since.
 */
rehearsal: TakeSummary | null, 
/**
 * Version of the program.
 */
version: string, 
/**
 * Built for its own development: every provider can be pointed at a sandbox at once.
 */
development: boolean, };

export type LibraryView = { 
/**
 * Its name: that of its folder.
 */
name: string, 
/**
 * Its folder.
 */
path: string, 
/**
 * How many takes it holds.
 */
takes: number, 
/**
 * Another Sixshot has it open, or the folder cannot be written: nothing can be changed, and why by code.
 */
read_only: Problem | null, 
/**
 * It was damaged and put together anew, until the person has read it.
 */
repaired: RepairView | null, };

export type RepairView = { 
/**
 * When, milliseconds since 1970.
 */
at: number, 
/**
 * The day of the copy it was put together from, `YYYY-MM-DD`; absent when there was none.
 */
copy_day: string | null, 
/**
 * How many boards there are now.
 */
boards: number, 
/**
 * How many takes there are now.
 */
takes: number, 
/**
 * How many of them were only known beside their clips.
 */
takes_beside: number, 
/**
 * How many requests are known only by the note that they were sent.
 */
lost_purchases: number, 
/**
 * The folder where the damaged file lies.
 */
old_file: string, };

export type Spending = { 
/**
 * Committed since the first of the month: accepted by providers, or possibly so.
 */
month: MicroDollars, 
/**
 * The person's cap.
 */
cap: MicroDollars | null, };

export type KeyState = { 
/**
 * Whose key.
 */
provider: ProviderId, 
/**
 * The provider's name for people.
 */
provider_name: string, 
/**
 * The account in use; empty for the one without a name.
 */
account: string, 
/**
 * The names of all accounts that have one.
 */
accounts: Array<string>, 
/**
 * Whether there is a key, and where.
 */
place: KeyPlace, 
/**
 * Its last four characters, when it has at least twelve.
 */
last_four: string | null, 
/**
 * The environment variable that is read when the keychain has none.
 */
variable: string, 
/**
 * Where a person gets a key.
 */
key_page: string, 
/**
 * Why the keychain could not be asked.
 */
problem: Problem | null, };

export type KeyPlace = "none" | "keychain" | "environment" | "session" | "held-in-keychain" | "held-in-environment" | "asking";

export type KeyTest = { 
/**
 * Money on the account, where the provider counts in dollars.
 */
balance: MicroDollars | null, 
/**
 * Credits on the account, where it counts in its own unit.
 */
credits: MicroCredits | null, };

export type Problem = { 
/**
 * Stable.
 */
code: string, 
/**
 * What happened, without secrets.
 */
message: string, 
/**
 * What to do now.
 */
hint: string, 
/**
 * Doing the same again may work.
 */
retryable: boolean, };

export type TakenIn = { 
/**
 * The stored picture.
 */
frame: Frame, 
/**
 * What was done to it by itself.
 */
notes: Array<IntakeNote>, };

export type IntakeNote = "turned-upright" | "location-removed";

export type GenerationView = { 
/**
 * Names it.
 */
id: GenerationId, 
/**
 * Counts its changes: of two answers the higher one is the newer.
 */
revision: number, 
/**
 * The board it was made from.
 */
board_id: BoardId, 
/**
 * The board's name then.
 */
board_name: string, 
/**
 * A picture that stands for it.
 */
picture: FrameId | null, 
/**
 * The shape it is asked in.
 */
ratio: Ratio, 
/**
 * Its first words, at most 120 characters.
 */
words: string, 
/**
 * Who was asked.
 */
provider: ProviderId, 
/**
 * Its name.
 */
provider_name: string, 
/**
 * What was asked, for people: `Kling 3.0 Pro`.
 */
model_name: string, 
/**
 * A rehearsal: free and local.
 */
rehearsal: boolean, 
/**
 * Length in seconds.
 */
seconds: number, 
/**
 * Where it stands.
 */
state: GenerationState, 
/**
 * Hundredths done, where it is known.
 */
progress: number | null, 
/**
 * The confirmed price.
 */
price: MicroDollars, 
/**
 * The provider's name for it.
 */
remote_id: string | null, 
/**
 * When it was confirmed, milliseconds since 1970.
 */
created_at: number, 
/**
 * When the state was entered.
 */
state_since: number, 
/**
 * How long such a generation usually takes, in seconds, once enough have been seen.
 */
typical_seconds: number | null, 
/**
 * What went wrong, or what it is waiting for.
 */
problem: Problem | null, 
/**
 * When it is tried or asked for again, milliseconds since 1970; absent when nothing happens by itself.
 */
next_try_at: number | null, 
/**
 * Whether the money is gone.
 */
billed: Billed, 
/**
 * What the person can do now.
 */
actions: Array<GenerationAction>, 
/**
 * What was found when the answer was lost.
 */
evidence: Evidence | null, 
/**
 * The take it became.
 */
take_id: string | null, 
/**
 * Until when the provider keeps the clip that is still being fetched, milliseconds since 1970.
 */
clip_ends_at: number | null, };

export type Billed = "no" | "yes" | "unknown";

export type GenerationAction = "go-on" | "withdraw" | "cancel" | "stop-watching" | "look-up" | "adopt" | "send-again" | "give-up" | "fetch-again" | "dismiss";

export type Evidence = { 
/**
 * When it was sent, milliseconds since 1970.
 */
sent_at: number, 
/**
 * When the provider was last asked.
 */
looked_up_at: number | null, 
/**
 * When the program will ask again by itself.
 */
next_look_up_at: number | null, 
/**
 * Tasks at the provider that could be this one.
 */
candidates: Array<Candidate>, 
/**
 * What follows from it.
 */
verdict: Verdict, 
/**
 * Why what was found, or not found, proves nothing.
 */
doubt: Doubt | null, 
/**
 * The library was repaired from an older copy: it may have been sent since, or never.
 */
restored: boolean, 
/**
 * It waits for the person: there is a question, or nobody answers the looks for it.
 */
needs_person: boolean, };

export type Candidate = { 
/**
 * The provider's name for it.
 */
remote_id: string, 
/**
 * When it was made, milliseconds since 1970.
 */
created_at: number | null, 
/**
 * The provider's word for its state.
 */
state: string, 
/**
 * What the provider shows of its request is not what was sent.
 */
differs: boolean, };

export type Verdict = "looking" | "several" | "absent" | "not-shown" | "cannot-look";

export type Doubt = "lists-late" | "another-lost" | "another-account" | "clock" | "restored";

export type TakeSummary = { 
/**
 * Names it.
 */
id: string, 
/**
 * The generation it came from.
 */
generation_id: GenerationId, 
/**
 * The board it came from.
 */
board_id: BoardId, 
/**
 * The board's name then.
 */
board_name: string, 
/**
 * Who made it.
 */
provider: ProviderId, 
/**
 * Its name.
 */
provider_name: string, 
/**
 * `Kling 3.0 Pro`.
 */
model_name: string, 
/**
 * A rehearsal: not a generated clip.
 */
rehearsal: boolean, 
/**
 * The words it was made from: the prompt, or the shots' prompts one after another; at most 400 characters.
 */
prompt: string, 
/**
 * How many shots.
 */
shots: number, 
/**
 * Shape it was asked in.
 */
ratio: Ratio, 
/**
 * Pixels across.
 */
width: number, 
/**
 * Pixels down.
 */
height: number, 
/**
 * How many frames.
 */
frames: number, 
/**
 * Frames a second, in thousandths (24 fps is 24000).
 */
frame_rate_millis: number, 
/**
 * With sound.
 */
audio: boolean, 
/**
 * Size of the file in kibibytes.
 */
kibibytes: number, 
/**
 * What it cost.
 */
price: MicroDollars, 
/**
 * When it arrived, milliseconds since 1970.
 */
created_at: number, 
/**
 * Stars, 0 for none.
 */
rating: number, 
/**
 * Picked, rejected or neither.
 */
verdict: TakeVerdict, 
/**
 * In the trash.
 */
trashed: boolean, 
/**
 * The clip is damaged: it was kept as it came.
 */
damaged: boolean, };

export type TakeVerdict = "none" | "pick" | "reject";

export type TakeDetail = { 
/**
 * As in the grid.
 */
take: TakeSummary, 
/**
 * The frozen board.
 */
board: Board, 
/**
 * The request as it was sent, as indented JSON; absent for a rehearsal.
 */
request: string | null, 
/**
 * The provider's name for it.
 */
remote_id: string | null, 
/**
 * The price that was confirmed.
 */
quote: Quote | null, 
/**
 * The name of the file.
 */
file_name: string, 
/**
 * Content hash of the file.
 */
sha256: string, 
/**
 * Seconds from the confirmation to the clip.
 */
took_seconds: number, };

export type TakePage = { 
/**
 * In the asked order.
 */
takes: Array<TakeSummary>, 
/**
 * Ask with this for the next page; absent at the end.
 */
next: string | null, 
/**
 * How many match in all.
 */
total: number, };

export type Offer = { 
/**
 * Who.
 */
provider: ProviderId, 
/**
 * Its name.
 */
provider_name: string, 
/**
 * What.
 */
model: ModelId, 
/**
 * `Kling 3.0 Pro`.
 */
model_name: string, 
/**
 * The price, where it is known.
 */
quote: Quote | null, 
/**
 * It would take the board as it is.
 */
ready: boolean, 
/**
 * Why not: the first error.
 */
obstacle: Finding | null, 
/**
 * The fewest changes after which it would take the board; absent when the person has to change it.
 */
changes: Array<BoardChange> | null, 
/**
 * What the changed board would cost.
 */
changed_quote: Quote | null, };

export type RequestPreview = { 
/**
 * `POST`.
 */
method: string, 
/**
 * Full address.
 */
url: string, 
/**
 * Indented JSON. Frames that are not uploaded yet stand as `{frame:first}` and `{frame:last}`.
 */
body: string, 
/**
 * A line for a shell, with the key's environment variable in the place of the key.
 */
curl: string, };

export type Nothing = Record<symbol, never>;

export type BoardArgs = { id: BoardId, };

export type WholeBoard = { board: Board, };

export type BoardsQuery = { 
/**
 * Words in names and prompts; empty for all.
 */
search: string, 
/**
 * Those in the trash instead.
 */
trashed: boolean, };

export type PathArgs = { 
/**
 * As the system gave it with the drop.
 */
path: string, };

export type MendArgs = { frame: Frame, mend: Mend, };

export type TakeFrame = { 
/**
 * The take.
 */
take: string, 
/**
 * Frame number from 0; beyond the end means the last.
 */
frame: number, };

export type Confirmation = { 
/**
 * The board as it was priced.
 */
board: Board, 
/**
 * Made once for each press of the button. The same id never buys twice.
 */
confirmation: string, 
/**
 * The total that was shown. A different price is refused, not paid.
 */
shown: MicroDollars, };

export type SendAgain = { id: GenerationId, 
/**
 * Made once for each press of the button.
 */
confirmation: string, 
/**
 * The amount that was shown.
 */
shown: MicroDollars, };

export type GenerationArgs = { id: GenerationId, };

export type Adopt = { id: GenerationId, remote_id: string, };

export type TakesQuery = { 
/**
 * Words in prompts and names; empty for all.
 */
search: string, 
/**
 * Only this provider.
 */
provider: ProviderId | null, 
/**
 * Only with this verdict.
 */
verdict: TakeVerdict | null, 
/**
 * Only with at least so many stars.
 */
rating_at_least: number, 
/**
 * Only this board's.
 */
board: BoardId | null, 
/**
 * Those in the trash instead.
 */
trashed: boolean, 
/**
 * Oldest first.
 */
oldest_first: boolean, 
/**
 * From the page before.
 */
after: string | null, 
/**
 * At most so many, up to 200.
 */
limit: number, };

export type TakeArgs = { id: string, };

export type ReviewArgs = { id: string, 
/**
 * 0 to 5.
 */
rating: number, verdict: TakeVerdict, };

export type KeepFound = { provider: ProviderId, 
/**
 * Fingerprint of the account that has it, as it was told.
 */
account: string, remote_id: string, };

export type FoundPaid = { 
/**
 * The newest first.
 */
tasks: Array<FoundTask>, 
/**
 * Why some accounts could not be looked through; one for each.
 */
problems: Array<Problem>, 
/**
 * How many days back was looked.
 */
days: number, 
/**
 * Every account's list was read to its end: only then does an empty answer say that nothing is missing.
 */
whole: boolean, 
/**
 * Where one was not: everything since this moment was looked at, milliseconds since 1970; nothing where the list
 * does not tell.
 */
back_to: number | null, };

export type FoundTask = { 
/**
 * Whose.
 */
provider: ProviderId, 
/**
 * Fingerprint of the account that has it.
 */
account: string, 
/**
 * The provider's name for it.
 */
remote_id: string, 
/**
 * When it was made, milliseconds since 1970.
 */
made_at: number | null, 
/**
 * What was asked, for people; empty where the list does not say.
 */
model_name: string, 
/**
 * Its first words; empty where the list does not say.
 */
prompt: string, 
/**
 * Length in seconds.
 */
seconds: number | null, 
/**
 * Where it stands.
 */
standing: FoundStanding, 
/**
 * The board of a lost request that it may be the answer to; that one is decided in the queue.
 */
may_be: string | null, };

export type FoundStanding = "running" | "made" | "failed";

export type KeyArgs = { 
/**
 * Whose.
 */
provider: ProviderId, 
/**
 * The account's name; empty for the first. It is the one in use from now on.
 */
account: string, 
/**
 * The key. Never logged, never sent back.
 */
key: string, 
/**
 * Keep it only until the program ends.
 */
session_only: boolean, };

export type ProviderArgs = { provider: ProviderId, };

export type SettingsArgs = { settings: Settings, };

export type FrameArgs = { id: FrameId, };

export type Batch = { 
/**
 * One more than the batch before.
 */
sequence: number, 
/**
 * In the order they happened.
 */
changes: Array<Change>, };

export type Change = { "kind": "generation", generation: GenerationView, } | { "kind": "generation-gone", id: string, } | { "kind": "take", take: TakeSummary, } | { "kind": "take-gone", id: string, } | { "kind": "board", board: BoardSummary, } | { "kind": "board-gone", id: BoardId, } | { "kind": "spending", spending: Spending, } | { "kind": "key", key: KeyState, } | { "kind": "prices", prices: Array<PriceTable>, } | { "kind": "menu", item: MenuItem, };

export type MenuItem = "new-board" | "duplicate-board" | "rehearse" | "generate" | "undo" | "redo" | "compose" | "gallery" | "queue" | "settings" | "keys";

/** The one event on the bridge. */
export const EVENT = "studio";

/** Frames in one second of the timeline. */
export const FRAMES_PER_SECOND = 24;

/** Every command: what it takes and what it answers. */
export interface Commands {
  /** Everything the first picture needs. */
  start: { arguments: Nothing; answer: Start };
  /** The window has drawn itself: what is slow may begin. */
  ready: { arguments: Nothing; answer: Nothing };
  /** The person has read what was repaired. */
  forget_repair: { arguments: Nothing; answer: Nothing };
  /** The list of boards. */
  list_boards: { arguments: BoardsQuery; answer: Array<BoardSummary> };
  /** A board with all its parts. */
  open_board: { arguments: BoardArgs; answer: Board };
  /** Keeps a draft. The newest of two saves wins; the window saves after each pause in typing. */
  save_board: { arguments: WholeBoard; answer: BoardSummary };
  /** A new empty board. */
  create_board: { arguments: Nothing; answer: Board };
  /** A copy of a board under a new id. */
  duplicate_board: { arguments: BoardArgs; answer: Board };
  /** Gives a board another name, open or not. */
  rename_board: { arguments: RenameArgs; answer: BoardSummary };
  /** Puts a board in the trash. */
  trash_board: { arguments: BoardArgs; answer: BoardSummary };
  /** Takes a board out of the trash. */
  restore_board: { arguments: BoardArgs; answer: BoardSummary };
  /** Findings and price of a board. */
  assess: { arguments: WholeBoard; answer: Assessment };
  /** The same board at every provider, cheapest first, those that would not take it last. */
  compare_offers: { arguments: WholeBoard; answer: Array<Offer> };
  /** The board with the smallest change that makes it fit a model, asked of that model. */
  fit_board: { arguments: FitArgs; answer: Board };
  /** What the board's provider itself asks for it now: free. */
  ask_price: { arguments: WholeBoard; answer: LivePrice };
  /** Keeps a person's own figure for a price, or puts the shipped one back. */
  set_price: { arguments: PriceArgs; answer: Array<PriceTable> };
  /** The exact request. */
  preview_request: { arguments: WholeBoard; answer: RequestPreview };
  /** Takes in a picture that was dropped. */
  take_in_path: { arguments: PathArgs; answer: TakenIn };
  /** Takes in a picture from the clipboard; nothing when the clipboard holds none. */
  take_in_clipboard: { arguments: Nothing; answer: TakenIn | null };
  /** Lets the person choose a picture; nothing when they cancel. */
  pick_frame: { arguments: Nothing; answer: TakenIn | null };
  /** A changed copy of a picture. */
  mend_frame: { arguments: MendArgs; answer: TakenIn };
  /** A frame of a take as a picture. */
  frame_from_take: { arguments: TakeFrame; answer: TakenIn };
  /** Renders the board locally. */
  rehearse: { arguments: WholeBoard; answer: GenerationView };
  /** Buys the board. */
  generate: { arguments: Confirmation; answer: Array<GenerationView> };
  /** Ends a generation the way its button said. */
  end_generation: { arguments: EndArgs; answer: GenerationView };
  /** Lets everything go on that waits for money at a provider. */
  go_on: { arguments: ProviderArgs; answer: Nothing };
  /** Asks the provider again for a lost request. */
  look_up_generation: { arguments: GenerationArgs; answer: GenerationView };
  /** Names the task that a lost request became. */
  adopt_generation: { arguments: Adopt; answer: GenerationView };
  /** Buys a lost request again. */
  send_again: { arguments: SendAgain; answer: GenerationView };
  /** Fetches the clip again. */
  fetch_again: { arguments: GenerationArgs; answer: GenerationView };
  /** Takes an ended generation off the list. */
  dismiss_generation: { arguments: GenerationArgs; answer: Nothing };
  /** One page of the gallery. */
  list_takes: { arguments: TakesQuery; answer: TakePage };
  /** Everything about a take. */
  open_take: { arguments: TakeArgs; answer: TakeDetail };
  /** Keeps a reviewer's word. */
  review_take: { arguments: ReviewArgs; answer: TakeSummary };
  /** Puts a take in the trash. */
  trash_take: { arguments: TakeArgs; answer: TakeSummary };
  /** Takes a take out of the trash. */
  restore_take: { arguments: TakeArgs; answer: TakeSummary };
  /** A new board from a take's frozen one. */
  reuse_take: { arguments: TakeArgs; answer: Board };
  /** Shows the clip in the system's file manager. */
  reveal_take: { arguments: TakeArgs; answer: Nothing };
  /** Lets the person save a copy of the clip; false when they cancel. */
  export_take: { arguments: TakeArgs; answer: boolean };
  /** Stores a key. */
  set_key: { arguments: KeyArgs; answer: KeyState };
  /** Uses another account of a provider from now on. */
  choose_account: { arguments: AccountArgs; answer: KeyState };
  /** Removes the key of the account in use, and its name. */
  forget_key: { arguments: ProviderArgs; answer: KeyState };
  /** Asks the provider for the balance: free. */
  test_key: { arguments: ProviderArgs; answer: KeyTest };
  /** Looks at a provider for clips that were paid for and that no generation owns: free. */
  find_paid: { arguments: ProviderArgs; answer: FoundPaid };
  /** Takes over a task that was found, and fetches its clip: free. */
  keep_found: { arguments: KeepFound; answer: GenerationView };
  /** Lets the person save the ledger; false when they cancel. */
  export_ledger: { arguments: Nothing; answer: boolean };
  /** Keeps settings. */
  save_settings: { arguments: SettingsArgs; answer: Settings };
  /** Opens the library once more: it may be free, or plugged in by now. Ask `start` afterwards. */
  reopen_library: { arguments: Nothing; answer: Nothing };
  /** Closes the library, repairs it and opens it again. Ask `start` afterwards. */
  repair_library: { arguments: Nothing; answer: Nothing };
  /** Lets the person choose the folder where the library is now; false when they cancel. Ask `start` afterwards. */
  find_library: { arguments: Nothing; answer: boolean };
  /** Begins a new library where the one that is gone was looked for. Ask `start` afterwards. */
  begin_library: { arguments: Nothing; answer: Nothing };
}
