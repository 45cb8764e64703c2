import { z } from 'zod'

// The content security policy forbids code made at run time, which zod would try at the first schema that is used:
// this module comes before every other that has one.
z.config({ jitless: true })
