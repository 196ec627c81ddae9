export const settings = {
  'settings.title': 'Settings',
  'settings.providers': 'Providers',
  'settings.appearance': 'Appearance',
  'settings.theme': 'Theme',
  'settings.theme-system': 'System',
  'settings.theme-light': 'Light',
  'settings.theme-dark': 'Dark',
} as const;
