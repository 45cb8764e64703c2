import { defineStore } from 'pinia'
import { computed, shallowRef, watchEffect } from 'vue'
import { useMediaQuery } from '@vueuse/core'
import type { AppInfo, Settings } from '../../src-main/contract/appContract.ts'
import { settingsSchema } from '../../src-main/contract/appContract.ts'
import { client } from '../client/client.ts'
import { useNotices } from './notices.ts'

/** The program, its settings and the theme that they give. */
export const useApp = defineStore('app', () => {
  const info = shallowRef<AppInfo>()
  const settings = shallowRef<Settings>(settingsSchema.parse({}))
  const systemDark = useMediaQuery('(prefers-color-scheme: dark)')
  const theme = computed(() => {
    if (settings.value.theme !== 'system') return settings.value.theme
    return systemDark.value ? 'dark' : 'light'
  })
  watchEffect(() => (document.documentElement.dataset.theme = theme.value))

  async function load(): Promise<void> {
    const [newInfo, newSettings] = await Promise.all([
      client.request('app:info'),
      client.request('settings:get'),
    ])
    info.value = newInfo
    settings.value = newSettings
  }

  /** Shows a change at once and stores it. */
  async function change(part: Partial<Settings>): Promise<void> {
    settings.value = { ...settings.value, ...part }
    await useNotices().attempt(async () => {
      settings.value = await client.request('settings:change', part)
    })
  }

  client.on('settings:changed', (changed) => (settings.value = changed))
  return { info, settings, theme, load, change }
})
