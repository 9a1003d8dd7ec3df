/* Declarations of Windows 10 that ggml-cpu.c uses and that mingw-w64 10 (Debian 12) does not have yet. */
#ifndef MINGW_COMPAT_H
#define MINGW_COMPAT_H
#if defined(_WIN32)
#include <windows.h>
#ifndef THREAD_POWER_THROTTLING_CURRENT_VERSION
#define THREAD_POWER_THROTTLING_CURRENT_VERSION 1
#define THREAD_POWER_THROTTLING_EXECUTION_SPEED 0x1
typedef struct _THREAD_POWER_THROTTLING_STATE {
    ULONG Version;
    ULONG ControlMask;
    ULONG StateMask;
} THREAD_POWER_THROTTLING_STATE;
#endif
#endif
#endif
