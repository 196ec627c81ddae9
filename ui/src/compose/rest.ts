/** The parts of the composing view that follow the first picture, in a file of their own. */
export { default as RequestDialog } from '../shell/RequestDialog.svelte';
export { default as ComparisonDialog } from './ComparisonDialog.svelte';
export { default as ComposeCentre } from './ComposeCentre.svelte';
export { default as InspectorRows } from './InspectorRows.svelte';
export { default as Offers } from './Offers.svelte';
