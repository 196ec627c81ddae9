/** A few models with limits and prices of the right shape. The real ones come from the catalogue. */
import type { KeyState, PriceTable, Profile, ProviderView } from '../contract';

const base: Profile = {
  provider: 'wavespeed',
  provider_name: 'WaveSpeed',
  model: 'kling-3.0-pro',
  model_name: 'Kling 3.0',
  tier: 'Pro',
  lines: 1080,
  free: false,
  unverified: false,
  credit_name: null,
  seconds: { min: 3, max: 15 },
  shots: { min: 1, max: 6 },
  shot_seconds_min: 1,
  prompt_required: true,
  prompt_max: 2500,
  shot_prompt_max: 512,
  all_shots_prompt_max: null,
  negative_prompt_max: 2500,
  negative_prompt_with_shots: false,
  ratios: ['16:9', '9:16', '1:1'],
  ratio_follows_frame: true,
  first_frame: true,
  last_frame: 'with-first',
  last_frame_with_shots: false,
  frames_by_address: false,
  audio: true,
  audio_always: false,
  shots_force_audio: false,
  guidance: true,
  intelligent_plan: true,
  elements_max: 3,
  elements_need_frame: false,
  element_form: 'id',
  element_pictures: { min: 0, max: 0 },
  watermark: false,
  callback: false,
  takes_max: 4,
  image: { formats: ['png', 'jpeg'], max_bytes: 10_000_000, min_side: 300, max_stretch_tenths: 25 },
};

interface Model {
  profile: Profile;
  /** Micro-dollars a second without and with sound. */
  rates: [number, number];
  /** Micro-credits a second with sound. */
  credits?: number;
}

function model(part: Partial<Profile>, silent: number, sound: number, credits?: number): Model {
  return { profile: { ...base, ...part }, rates: [silent, sound], ...(credits ? { credits } : {}) };
}

/** A provider's own profile fields. */
type Own = Partial<Profile> & { provider: string; provider_name: string };

const wavespeed: Own = { provider: 'wavespeed', provider_name: 'WaveSpeed' };
const kling: Own = {
  provider: 'kling',
  provider_name: 'Kling',
  credit_name: 'units',
  guidance: false,
  negative_prompt_max: null,
  watermark: true,
  callback: true,
};
const klingLegacy: Own = {
  provider: 'kling-legacy',
  provider_name: 'Kling (older API)',
  credit_name: 'units',
  element_form: 'number',
  watermark: true,
  callback: true,
};
const fal: Own = {
  provider: 'fal',
  provider_name: 'fal',
  element_form: 'pictures',
  element_pictures: { min: 2, max: 4 },
  callback: true,
};
const replicate: Own = {
  provider: 'replicate',
  provider_name: 'Replicate',
  elements_max: 0,
  guidance: false,
  last_frame_with_shots: true,
  callback: true,
};
const evolink: Own = {
  provider: 'evolink',
  provider_name: 'EvoLink',
  credit_name: 'credits',
  guidance: false,
  element_form: 'number',
  elements_need_frame: true,
  watermark: true,
  callback: true,
};
const vidgo: Own = {
  provider: 'vidgo',
  provider_name: 'Vidgo',
  credit_name: 'credits',
  guidance: false,
  shots_force_audio: true,
  element_form: 'pictures',
  element_pictures: { min: 2, max: 4 },
  takes_max: 1,
};
const atlascloud: Own = {
  provider: 'atlascloud',
  provider_name: 'AtlasCloud',
  shots: { min: 1, max: 1 },
  elements_max: 0,
};
const ulazai: Own = {
  provider: 'ulazai',
  provider_name: 'UlazAI',
  credit_name: 'credits',
  unverified: true,
  shots: { min: 1, max: 1 },
  guidance: false,
  elements_max: 0,
  frames_by_address: true,
};
const standard: Partial<Profile> = { model: 'kling-3.0-std', tier: 'Standard', lines: 720 };
const pro: Partial<Profile> = { model: 'kling-3.0-pro' };
const fourK: Partial<Profile> = { model: 'kling-3.0-4k', tier: '4K', lines: 2160 };
const turbo: Partial<Profile> = {
  model: 'kling-3.0-turbo-pro',
  model_name: 'Kling 3.0 Turbo',
  audio_always: true,
  elements_max: 0,
};

const MODELS: Model[] = [
  model({ ...wavespeed, ...standard }, 84_000, 126_000),
  model({ ...wavespeed, ...pro }, 112_000, 168_000),
  model({ ...wavespeed, ...fourK }, 420_000, 420_000),
  model({ ...wavespeed, ...turbo }, 140_000, 140_000),
  model({ ...kling, ...standard }, 84_000, 126_000, 900_000),
  model({ ...kling, ...pro }, 112_000, 168_000, 1_200_000),
  model({ ...kling, ...fourK }, 420_000, 420_000, 3_000_000),
  model({ ...klingLegacy, ...standard }, 84_000, 126_000, 900_000),
  model({ ...klingLegacy, ...pro }, 112_000, 168_000, 1_200_000),
  model({ ...fal, ...standard }, 84_000, 126_000),
  model({ ...fal, ...pro }, 112_000, 168_000),
  model({ ...fal, ...turbo }, 140_000, 140_000),
  model({ ...replicate, ...standard }, 168_000, 252_000),
  model({ ...replicate, ...pro }, 224_000, 336_000),
  model({ ...evolink, ...standard }, 75_000, 112_500, 8_100_000),
  model({ ...evolink, ...pro }, 100_000, 150_000, 10_800_000),
  model({ ...evolink, ...turbo }, 119_952, 119_952, 8_160_000),
  model({ ...vidgo, ...pro }, 135_000, 245_000, 49_000_000),
  model({ ...atlascloud, ...pro }, 95_200, 142_800),
  model({ ...ulazai, ...pro }, 369_600, 369_600, 40_000_000),
];

const rehearsal: Profile = {
  ...base,
  provider: 'rehearsal',
  provider_name: 'Rehearsal',
  model: 'animatic',
  model_name: 'Animatic',
  tier: 'Draft',
  free: true,
  seconds: { min: 1, max: 15 },
  prompt_required: false,
  last_frame: 'alone',
  last_frame_with_shots: true,
  takes_max: 1,
};

export const profiles: Profile[] = [...MODELS.map((one) => one.profile), rehearsal];

export const prices: PriceTable[] = MODELS.map(({ profile, rates, credits }) => ({
  provider: profile.provider,
  model: profile.model,
  rates: [false, true].map((audio, index) => ({
    audio,
    per_second: rates[index] ?? 0,
    shipped: null,
    credits_per_second: credits ?? null,
  })),
  minimum_seconds: 3,
  // Some are as long as the longest of the catalogue.
  source:
    profile.tier === 'Standard'
      ? `${profile.provider_name} model page, $0.42 for 5 s; sound times 1.5 as on the Pro page`
      : `${profile.provider_name}, price page`,
  date: '2026-09-20',
}));

/** Where a key is, of those that have one, and how it ends. */
const KEPT: Record<string, { place: KeyState['place']; last_four: string }> = {
  wavespeed: { place: 'keychain', last_four: '7f3a' },
  fal: { place: 'environment', last_four: '20c1' },
  evolink: { place: 'keychain', last_four: '09ee' },
};

export const keys: KeyState[] = [
  ...new Map(MODELS.map((one) => [one.profile.provider, one.profile])).values(),
].map(({ provider, provider_name }) => ({
  provider,
  provider_name,
  account: '',
  accounts: [],
  place: KEPT[provider]?.place ?? 'none',
  last_four: KEPT[provider]?.last_four ?? null,
  variable: `${provider.toUpperCase().replaceAll('-', '_')}_API_KEY`,
  key_page: `https://example.com/${provider}/keys`,
  problem: null,
}));

const DOUBTS: Record<string, string[]> = {
  ulazai: [
    'Its answers are documented in part: states and the address of a clip are looked for in likely fields.',
    'Credits a second are published for no tier; those of one example are used for all.',
    'Whether a failed task gives its credits back is documented nowhere.',
  ],
  evolink: ['The worth of a credit in dollars has changed before.'],
  wavespeed: ['The price of 4K was found on no page; it is asked before paying.'],
};

/** One of each provider that has a key. */
export const providers: ProviderView[] = keys.map(({ provider, provider_name }) => ({
  id: provider,
  name: provider_name,
  base_url: `https://api.${provider}.example`,
  key_form: provider === 'kling-legacy' ? 'An API key, or a pair written as AccessKey:SecretKey.' : '',
  tells_account: true,
  quotes: provider === 'wavespeed',
  cancels: provider === 'fal' || provider === 'replicate',
  refunds_failed: provider === 'vidgo',
  looks_up: !['evolink', 'vidgo', 'atlascloud', 'ulazai'].includes(provider),
  unverified: provider === 'ulazai',
  credit_name: MODELS.find((one) => one.profile.provider === provider)?.profile.credit_name ?? null,
  concurrent: 2,
  per_minute: 2,
  result_hours: provider === 'fal' ? 1 : provider === 'ulazai' ? 0 : 168,
  doubts: DOUBTS[provider] ?? [],
}));
