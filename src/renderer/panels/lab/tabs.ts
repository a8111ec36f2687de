import type { Component } from 'svelte'
import type { LabTab } from '../../editor/lab/lab.svelte'
import FlowView from './flow/FlowView.svelte'
import GalleryView from './gallery/GalleryView.svelte'
import InfluenceView from './influence/InfluenceView.svelte'
import InterventionsView from './interventions/InterventionsView.svelte'
import MatricesView from './matrices/MatricesView.svelte'

export interface LabTabEntry {
  readonly id: LabTab
  readonly label: string
  /** What the tab answers, as a question. */
  readonly question: string
  readonly component: Component
}

/** The views below the canvas in Attention mode, in the order one uses them. */
export const LAB_TAB_ENTRIES: readonly LabTabEntry[] = [
  { id: 'flow', label: 'Flow', question: 'Where does this pixel come from?', component: FlowView },
  {
    id: 'queries',
    label: 'Queries',
    question: 'What does each query read and write?',
    component: GalleryView,
  },
  { id: 'matrices', label: 'Matrices', question: 'Who reads whom?', component: MatricesView },
  {
    id: 'interventions',
    label: 'Interventions',
    question: 'What changes when it is cut?',
    component: InterventionsView,
  },
  {
    id: 'influence',
    label: 'Influence',
    question: 'Which links matter, and does attention say so?',
    component: InfluenceView,
  },
]
