import { describe, expect, it } from 'vitest'
import { STUDY_MODELS, studyGroups, type StudyOptions } from '../../src-main/core/run/study.ts'

const options: StudyOptions = {
  models: [...STUDY_MODELS],
  factors: 8,
  epochs: 20,
  seeds: 3,
  firstSeed: '7',
  selection: 'validation',
  arithmetic: 'portable',
}

describe('the groups of a study', () => {
  it('hold every model once, EASE at two penalties, each selected and ranked alike', () => {
    const groups = studyGroups(options)
    expect(groups.map(({ model }) => model).filter((model) => model !== 'EASE')).toEqual(
      STUDY_MODELS.filter((model) => model !== 'EASE'),
    )
    expect(groups.filter(({ model }) => model === 'EASE')).toHaveLength(2)
    for (const { config } of groups)
      expect(config).toMatchObject({ selection: 'validation', fullRanking: 'end', seed: '7' })
  })

  it('have a run for each seed, and one where a seed changes nothing', () => {
    const seedsOf = Object.fromEntries(studyGroups(options).map(({ model, seeds }) => [model, seeds]))
    expect(seedsOf.GMF).toEqual(['7', '8', '9'])
    expect(seedsOf.iALS).toEqual(['7', '8', '9'])
    expect(seedsOf.ItemPop).toEqual(['7'])
  })

  it('train the parts of a pre-trained NeuMF before it, asked for or not', () => {
    const models = studyGroups({ ...options, models: ['NeuMF-pre'] }).map(({ model }) => model)
    expect(models).toEqual(['GMF', 'MLP', 'NeuMF-pre'])
  })
})
