/** Every provider pointed at a sandbox at once: `<address>/<provider>` for each. Only in builds for development. */

type Addresses = Readonly<Record<string, string | undefined>>;

/** The addresses of all providers below one. */
export function belowSandbox(address: string, providers: readonly string[]): Record<string, string> {
  const base = address.trim().replace(/\/+$/, '');
  return Object.fromEntries(providers.map((provider) => [provider, `${base}/${provider}`]));
}

/** The one address that all providers stand below; empty when they do not. */
export function sandboxOf(addresses: Addresses, providers: readonly string[]): string {
  const bases = providers.map((provider) => {
    const end = `/${provider}`;
    const own = addresses[provider] ?? '';
    return own.endsWith(end) ? own.slice(0, -end.length) : '';
  });
  const [first = ''] = bases;
  return bases.every((base) => base === first) ? first : '';
}
