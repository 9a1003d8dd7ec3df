; Fireside for one user of Windows: no administrator, no network, nothing outside the user's own folders.
; Given by build.py: VERSION, VERSION_NUMBERS, PAYLOAD (folder), OUT (file), ICON, LICENCE, SIZE_KB.
; Silent: setup.exe /S [/D=folder]; uninstall.exe /S [/DELETEDATA]. Exit code 3: Fireside is running.
Unicode true
Target amd64-unicode
!include "MUI2.nsh"
!include "FileFunc.nsh"
!include "Sections.nsh"

Name "Fireside"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\Fireside"
InstallDirRegKey HKCU "Software\Fireside" "InstallDir"
SetCompressor /SOLID lzma
SetCompressorDictSize 32
BrandingText "Fireside ${VERSION}"
VIProductVersion "${VERSION_NUMBERS}"
VIAddVersionKey "ProductName" "Fireside"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Fireside Setup"
VIAddVersionKey "CompanyName" "The Fireside authors"
VIAddVersionKey "LegalCopyright" "Apache License 2.0"

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Fireside"
!define KIND "Fireside.Assistant"
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\Fireside.exe"
!define MUI_FINISHPAGE_NOREBOOTSUPPORT
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"

LangString DESKTOP ${LANG_ENGLISH} "Shortcut on the desktop"
LangString DESKTOP ${LANG_SIMPCHINESE} "桌面快捷方式"
LangString FILES ${LANG_ENGLISH} "Open .fireside files with Fireside"
LangString FILES ${LANG_SIMPCHINESE} "用炉边打开 .fireside 文件"
LangString KIND_NAME ${LANG_ENGLISH} "Fireside assistant"
LangString KIND_NAME ${LANG_SIMPCHINESE} "炉边助手"
LangString RUNNING ${LANG_ENGLISH} "Fireside is running. Close its window, then try again."
LangString RUNNING ${LANG_SIMPCHINESE} "炉边正在运行。请先关闭它的窗口，然后重试。"
LangString DATA ${LANG_ENGLISH} "Also delete my chats, files and models"
LangString DATA ${LANG_SIMPCHINESE} "同时删除我的对话、文件和模型"

; Windows lets nobody write to a library that is loaded: whoever can open it may replace it.
!macro REQUIRE_CLOSED
  again:
  IfFileExists "$INSTDIR\python\python312.dll" 0 closed
  ClearErrors
  FileOpen $0 "$INSTDIR\python\python312.dll" a
  IfErrors 0 opened
  IfSilent 0 ask
  SetErrorLevel 3
  Quit
  ask:
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(RUNNING)" IDRETRY again
  Quit
  opened:
  FileClose $0
  closed:
!macroend

; The program's own folders only: whatever else lies in the chosen folder belongs to somebody.
!macro REMOVE_PROGRAM
  RMDir /r "$INSTDIR\python"
  RMDir /r "$INSTDIR\app"
  Delete "$INSTDIR\Fireside.exe"
  Delete "$INSTDIR\fireside-cli.exe"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\uninstall.exe"
!macroend

Section "Fireside" PROGRAM
  SectionIn RO
  !insertmacro REQUIRE_CLOSED
  !insertmacro REMOVE_PROGRAM
  SetOutPath "$INSTDIR"
  File /r "${PAYLOAD}\*.*"
  ; Models that lie beside this installer come along: the first start finds them.
  IfFileExists "$EXEDIR\models\*.*" 0 alone
  CreateDirectory "$INSTDIR\models"
  CopyFiles /SILENT "$EXEDIR\models\*.*" "$INSTDIR\models"
  alone:
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\Fireside.lnk" "$INSTDIR\Fireside.exe"
  WriteRegStr HKCU "Software\Fireside" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Fireside"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\Fireside.exe"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The Fireside authors"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${SIZE_KB}
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

Section "$(FILES)" ASSOCIATION
  WriteRegStr HKCU "Software\Classes\.fireside" "" "${KIND}"
  WriteRegStr HKCU "Software\Classes\.fireside\OpenWithProgids" "${KIND}" ""
  WriteRegStr HKCU "Software\Classes\${KIND}" "" "$(KIND_NAME)"
  WriteRegStr HKCU "Software\Classes\${KIND}\DefaultIcon" "" "$INSTDIR\Fireside.exe,0"
  WriteRegStr HKCU "Software\Classes\${KIND}\shell\open\command" "" '"$INSTDIR\Fireside.exe" "%1"'
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

Section /o "$(DESKTOP)" SHORTCUT
  CreateShortcut "$DESKTOP\Fireside.lnk" "$INSTDIR\Fireside.exe"
SectionEnd

Section "un.Fireside"
  SectionIn RO
  !insertmacro REQUIRE_CLOSED
  !insertmacro REMOVE_PROGRAM
  RMDir /r "$INSTDIR\models"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Fireside.lnk"
  Delete "$DESKTOP\Fireside.lnk"
  ReadRegStr $0 HKCU "Software\Classes\.fireside" ""
  StrCmp $0 "${KIND}" 0 +2
  DeleteRegValue HKCU "Software\Classes\.fireside" ""
  DeleteRegValue HKCU "Software\Classes\.fireside\OpenWithProgids" "${KIND}"
  DeleteRegKey /ifempty HKCU "Software\Classes\.fireside\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "Software\Classes\.fireside"
  DeleteRegKey HKCU "Software\Classes\${KIND}"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\Fireside"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

Section /o "un.$(DATA)" UN_DATA
  RMDir /r "$LOCALAPPDATA\Fireside"
SectionEnd

Function un.onInit
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/DELETEDATA" $1
  IfErrors kept
  !insertmacro SelectSection ${UN_DATA}
  kept:
FunctionEnd
