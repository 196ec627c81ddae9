/** Words for the codes the core answers with. Codes that are not here show the core's own words. */
export const problems = {
  'problem.unexpected': 'Something went wrong inside Sixshot',
  'problem.unexpected.remedy': 'Try again. If it comes back, copy the details for support.',
} as const;
