import type { SplitMatrix } from '../../shared/lab/jobs'
import {
  matrixAnswerSchema,
  type MatrixAnswer,
  type MatrixLevel,
  type Weighting,
} from '../../shared/lab/wire'
import { eachSample, type Samples } from './each-sample'
import { imageOf, type LabModel } from './lab-model'
import { Records } from './records'

export interface SplitMatrixRequest extends Samples {
  readonly model: LabModel
  readonly of: MatrixLevel
  readonly weighting: Weighting
  /** One head; null = all. */
  readonly head: number | null
  readonly cacheDir: string
}

/** The matrices of every sample and their mean; kept per sample. Throws as `eachSample` and `askLab`. */
export async function splitMatrix(request: SplitMatrixRequest): Promise<SplitMatrix> {
  const { model, of, weighting, head, signal } = request
  const { hash, provider } = model.ref
  const records = new Records(
    request.cacheDir,
    'split-matrix',
    [hash, provider, of, weighting, head],
    matrixAnswerSchema,
  )
  const found: MatrixAnswer[] = []
  const { skipped } = await eachSample<MatrixAnswer>(request, {
    known: (_, photo) => records.get(photo),
    async measure(_, image) {
      const ask = { kind: 'matrix' as const, of, weighting, head, region: null }
      const { answer } = await model.ask(imageOf(image), [], ask, { signal })
      await records.add(image.key, answer)
      return answer
    },
    use: (_, answer) => void found.push(answer),
  })
  return { ...meanOf(found), samples: found.length, skipped: [...skipped] }
}

function meanOf(answers: readonly MatrixAnswer[]): MatrixAnswer {
  const mean = (pick: (answer: MatrixAnswer) => number | undefined): number =>
    answers.reduce((sum, answer) => sum + (pick(answer) ?? 0), 0) / answers.length
  const [first] = answers
  const matrices = (first?.matrices ?? []).map(({ at, values, own }, index) => ({
    at,
    values: values.map((row, target) =>
      row.map((_, source) => mean(({ matrices: all }) => all[index]?.values[target]?.[source])),
    ),
    own: own.map((_, target) => mean(({ matrices: all }) => all[index]?.own[target])),
  }))
  return { matrices, max: Math.max(0, ...matrices.flatMap(({ values }) => values.flat())) }
}
