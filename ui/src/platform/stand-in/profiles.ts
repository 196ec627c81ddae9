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

const evolink = { provider: 'evolink', provider_name: 'EvoLink', shots_force_audio: true };
const MODELS: Model[] = [
  model({ model: 'kling-3.0-std', tier: 'Standard', lines: 720 }, 84_000, 126_000),
  model({}, 112_000, 168_000),
  model({ model: 'kling-3.0-4k', tier: '4K', lines: 2160 }, 420_000, 420_000),
  model({ ...evolink, model: 'kling-v3-720', tier: '720p', lines: 720 }, 75_000, 112_500, 8_100_000),
  model({ ...evolink, model: 'kling-v3-1080', tier: '1080p' }, 100_000, 150_000, 10_800_000),
  model(
    { provider: 'kling', provider_name: 'Kling', model: 'kling-v3', tier: 'Pro' },
    112_000,
    168_000,
    1_200_000,
  ),
  model(
    { provider: 'fal', provider_name: 'fal', model: 'kling-v3-pro', tier: 'Pro', guidance: true },
    112_000,
    168_000,
  ),
  model(
    {
      provider: 'vidgo',
      provider_name: 'Vidgo',
      model: 'kling-3-pro',
      tier: 'Pro',
      guidance: false,
      takes_max: 1,
    },
    135_000,
    245_000,
    49_000_000,
  ),
  model(
    {
      provider: 'ulazai',
      provider_name: 'UlazAI',
      model: 'kling-3',
      tier: 'Pro',
      shots: { min: 1, max: 1 },
      ratios: ['16:9'],
    },
    90_000,
    90_000,
  ),
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

export const keys: KeyState[] = [
  ...new Map(MODELS.map((one) => [one.profile.provider, one.profile])).values(),
].map((profile) => ({
  provider: profile.provider,
  provider_name: profile.provider_name,
  account: '',
  accounts: profile.provider === 'wavespeed' ? ['Studio'] : [],
  place: profile.provider === 'wavespeed' ? 'keychain' : profile.provider === 'fal' ? 'environment' : 'none',
  last_four: profile.provider === 'wavespeed' ? '7f3a' : profile.provider === 'fal' ? '20c1' : null,
  variable: `${profile.provider.toUpperCase()}_API_KEY`,
  key_page: `https://example.com/${profile.provider}/keys`,
  problem: null,
}));

/** One of each provider that has a key. */
export const providers: ProviderView[] = keys.map((key) => ({
  id: key.provider,
  name: key.provider_name,
  base_url: `https://api.${key.provider}.example`,
  key_form: key.provider === 'kling' ? 'An API key, or AccessKey:SecretKey.' : '',
  tells_account: true,
  quotes: key.provider === 'wavespeed',
  cancels: key.provider === 'fal',
  refunds_failed: false,
  looks_up: key.provider !== 'evolink',
  unverified: key.provider === 'ulazai',
  credit_name: key.provider === 'evolink' ? 'credits' : null,
  result_hours: 168,
  doubts: key.provider === 'evolink' ? ['The worth of a credit in dollars has changed before.'] : [],
}));
