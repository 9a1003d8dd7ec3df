/* Starts Fireside: python\pythonw.exe (or python.exe for the console) with `-m desktop` and the words it was given.

   Built twice: as Fireside.exe for the desktop, and with FIRESIDE_CONSOLE as fireside-cli.exe for the command line.
   FIRESIDE_PROGRAM tells the app where it lies: portable.txt and a folder of models are looked for there. */
#include <windows.h>
#include <shlwapi.h>
#include <stdlib.h>
#include <wchar.h>

#define LONGEST 32768 /* what Windows allows for a path and for a command line */

#ifdef FIRESIDE_CONSOLE
#define PYTHON L"\\python\\python.exe"
#else
#define PYTHON L"\\python\\pythonw.exe"
#endif

static wchar_t folder[LONGEST], program[LONGEST], line[LONGEST];

static int complain(const wchar_t *text) {
#ifdef FIRESIDE_CONSOLE
    DWORD written;
    WriteConsoleW(GetStdHandle(STD_ERROR_HANDLE), text, (DWORD)wcslen(text), &written, NULL);
#else
    MessageBoxW(NULL, text, L"Fireside", MB_ICONERROR);
#endif
    return 1;
}

static int run(void) {
    DWORD length = GetModuleFileNameW(NULL, folder, LONGEST);
    if (length == 0 || length >= LONGEST) return complain(L"Fireside lies in a folder whose name is too long.\n");
    *wcsrchr(folder, L'\\') = 0;
    const wchar_t *words = PathGetArgsW(GetCommandLineW());
    if (wcslen(folder) * 2 + wcslen(words) + 80 >= LONGEST) return complain(L"The command line is too long.\n");
    wcscpy(program, folder);
    wcscat(program, PYTHON);
    wcscpy(line, L"\"");
    wcscat(line, program);
    wcscat(line, L"\" -X utf8 -m desktop ");
    wcscat(line, words);

    SetEnvironmentVariableW(L"FIRESIDE_PROGRAM", folder);
    SetEnvironmentVariableW(L"PYTHONNOUSERSITE", L"1");

    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION started;
    BOOL inherit = FALSE;
#ifndef FIRESIDE_CONSOLE
    /* pythonw has no streams of its own; with the null device, a stray print or warning cannot end the app. */
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    HANDLE nothing = CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                                 &inheritable, OPEN_EXISTING, 0, NULL);
    if (nothing != INVALID_HANDLE_VALUE) {
        start.dwFlags = STARTF_USESTDHANDLES;
        start.hStdInput = start.hStdOutput = start.hStdError = nothing;
        inherit = TRUE;
    }
#else
    inherit = TRUE;
#endif
    if (!CreateProcessW(program, line, NULL, NULL, inherit, 0, NULL, NULL, &start, &started))
        return complain(L"A part of Fireside is missing. Please install it again.\n");
    DWORD code = 1;
    WaitForSingleObject(started.hProcess, INFINITE);
    GetExitCodeProcess(started.hProcess, &code);
    return (int)code;
}

#ifdef FIRESIDE_CONSOLE
static BOOL WINAPI leave_it_to_python(DWORD event) {
    (void)event;
    return TRUE;
}

int wmain(void) {
    SetConsoleCtrlHandler(leave_it_to_python, TRUE);
    return run();
}
#else
int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, PWSTR words, int show) {
    (void)instance, (void)previous, (void)words, (void)show;
    return run();
}
#endif
