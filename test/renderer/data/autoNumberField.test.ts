// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import AutoNumberField from '../../../src-renderer/layout/AutoNumberField.vue'

function field(modelValue: number | 'auto') {
  return mount(AutoNumberField, { props: { label: 'Threads', hint: 'Empty: auto.', most: 16, modelValue } })
}

describe('a field for a number or auto', () => {
  it('takes a number, and nothing as auto', async () => {
    const wrapper = field('auto')
    await wrapper.get('input').setValue(' 4 ')
    await wrapper.get('input').trigger('change')
    await wrapper.get('input').setValue('')
    await wrapper.get('input').trigger('change')
    expect(wrapper.emitted('update:modelValue')).toEqual([[4], ['auto']])
  })

  it.each(['0', '17', '2.5', 'many'])('says what is wrong with "%s" and takes nothing', async (text) => {
    const wrapper = field(2)
    await wrapper.get('input').setValue(text)
    await wrapper.get('input').trigger('change')
    expect(wrapper.text()).toContain('A whole number from 1 to 16, or nothing.')
    expect(wrapper.emitted('update:modelValue')).toBeUndefined()
  })

  it('follows a change that another window made', async () => {
    const wrapper = field(2)
    await wrapper.setProps({ modelValue: 'auto' })
    expect(wrapper.get('input').element.value).toBe('')
  })
})
