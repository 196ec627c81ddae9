export const gallery = {
  'gallery.title': 'Gallery',
  'gallery.empty': 'No takes yet',
  'gallery.empty-how': 'Rehearse a board for free, or generate one: every clip arrives here.',
} as const;
