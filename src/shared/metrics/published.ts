import type { TaskId } from '../tasks'

/** One row of a results table; a figure that was not found is absent. Units are those of the headline figures. */
export interface PublishedResult {
  readonly method: string
  readonly backbone: string
  readonly figures: Readonly<Partial<Record<TaskId, number>>>
  /** Where the figures were read. */
  readonly source: string
}
export interface PublishedTable {
  readonly dataset: string
  readonly note: string
  readonly results: readonly PublishedResult[]
}

type Row = readonly [method: string, backbone: string, source: string, ...figures: (number | null)[]]

function table(
  dataset: string,
  tasks: readonly TaskId[],
  note: string,
  rows: readonly Row[],
): PublishedTable {
  const results = rows.map(([method, backbone, source, ...figures]): PublishedResult => {
    const named = tasks.flatMap((task, i) => (figures[i] == null ? [] : [[task, figures[i]] as const]))
    return { method, backbone, source, figures: Object.fromEntries(named) }
  })
  return { dataset, note, results }
}

const NOTE =
  'Figures as their authors or the named page give them, for the whole validation split, with different backbones and input sizes; boundaries with SEISM.'

/** Semantic segmentation mIoU %, depth RMSE m, normals mean error in degrees, boundaries odsF %. */
const NYUD = table('NYU Depth v2', ['semseg', 'depth', 'normals', 'edge'], NOTE, [
  ['ATRC (2021)', 'HRNet48', 'InvPT README', 46.33, 0.5363, 20.18, 77.94],
  ['InvPT (2022)', 'ViT-L', 'InvPT README', 53.56, 0.5183, 19.04, 78.1],
  ['InvPT, reproduced', 'ViT-L', 'InvPT README', 53.65, 0.5083, 18.68, 77.8],
  ['InvPT', 'Swin-L', 'MQTransformer README', 51.76, 0.502, 19.39, 77.6],
  ['MQTransformer', 'Swin-L', 'MQTransformer README', 54.84, 0.5325, 19.67, 78.2],
  ['DeMT (2023)', 'Swin-T', 'yangyangxu0/DeMT', 46.36, 0.5871, 20.6, 76.9],
  ['DeMT (2023)', 'Swin-L', 'yangyangxu0/DeMT', 56.94, 0.5007, 19.14, 78.8],
  ['TaskPrompter (2023)', 'ViT-L', 'TaskPrompter README', 55.9, 0.5062, 18.58, 77.7],
  ['DeMTG / DeGMix (2023)', 'Swin-L', 'yangyangxu0/DeGMix', 57.55, 0.5037, 19.21, 79],
  ['MLoRE (2024)', 'ViT-L', 'YuqiYang213/MLoRE', 55.96, 0.5076, 18.33, 78.43],
  ['MTMamba (2024)', 'Swin-L', 'wizwand.com', 55.82, 0.5066, null, 78.7],
  ['TaskDiffusion (2025)', 'ViT-L', 'YuqiYang213/TaskDiffusion', 55.65, 0.502, 18.43, 78.64],
  ['TaskDiffusion + MLoRE (2025)', 'ViT-L', 'YuqiYang213/TaskDiffusion', 56.66, 0.5033, 18.13, 78.89],
  ['TPANet (2025)', 'Swin-L', 'yangyangxu0/TPANet', 56.42, 0.5018, 19.02, 79.1],
  ['MTLSI-Net (2026)', 'not found', 'wizwand.com, arXiv 2604.01995', 57.22, 0.4904, null, 78.6],
])

/** Semantic segmentation and human parts mIoU %, saliency maxF % (its definition differs between repositories), normals, boundaries. */
const PASCAL = table(
  'PASCAL-Context',
  ['semseg', 'human_parts', 'sal', 'normals', 'edge'],
  `${NOTE} The saliency column mixes two definitions of maxF.`,
  [
    ['ATRC (2021)', 'HRNet', 'InvPT README', 67.67, 62.93, 82.29, 14.24, 72.42],
    ['InvPT (2022)', 'ViT-L', 'InvPT README', 79.03, 67.61, 84.81, 14.15, 73],
    ['InvPT, reproduced', 'ViT-L', 'InvPT README', 79.91, 68.54, 84.38, 13.9, 72.9],
    ['MQTransformer', 'Swin-T', 'MQTransformer README', 68.24, 57.05, 83.4, 14.56, 71.1],
    ['MQTransformer', 'Swin-S', 'MQTransformer README', 71.25, 60.11, 84.05, 14.74, 71.8],
    ['MQTransformer', 'ViTAEv2-S', 'MQTransformer README', 69.1, 58.23, 83.51, 13.73, 71.3],
    ['DeMT (2023)', 'Swin-B', 'DeMT README', 75.33, 63.11, 83.42, 14.54, 73.2],
    ['TaskPrompter (2023)', 'ViT-L', 'TaskPrompter README', 80.79, 68.81, 84.26, 13.58, 73.8],
    ['TaskPrompter (2023)', 'ViT-B', 'TaskPrompter README', 78.63, 66.93, 84.77, 13.42, 73.6],
    ['DeGMix (2023)', 'Swin-L', 'DeGMix README', 78.54, 67.42, 83.74, 14.17, 74.9],
    ['MLoRE (2024)', 'ViT-L', 'YuqiYang213/MLoRE', 81.41, 70.52, 84.9, 13.51, 75.42],
    ['MTMamba (2024)', 'Swin-L', 'wizwand.com', null, 72.62, 84.14, 14.14, 78.8],
    ['TaskDiffusion (2025)', 'ViT-L', 'YuqiYang213/TaskDiffusion', 81.21, 69.62, 84.94, 13.55, 74.89],
    ['TaskDiffusion + MLoRE (2025)', 'ViT-L', 'YuqiYang213/TaskDiffusion', 81.58, 71.3, 85.05, 13.43, 76.07],
    ['TPANet (2025)', 'Swin-L', 'yangyangxu0/TPANet', 78.11, 68.01, 83.65, 14.38, 74.8],
    ['MTLSI-Net (2026)', 'not found', 'wizwand.com, arXiv 2604.01995', 80.86, 69.9, 84.52, 13.71, null],
  ],
)

/** The results published for the data set a layout was made for; null for others. */
export function publishedFor(layout: string): PublishedTable | null {
  if (layout.startsWith('nyu')) return NYUD
  return layout.startsWith('pascal') ? PASCAL : null
}
