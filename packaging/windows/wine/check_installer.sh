#!/bin/bash
# Installs, looks, upgrades and uninstalls under Wine: check_installer.sh SETUP.EXE. Prints one line a check; fails at the first.
# WINEPREFIX names the prefix to use; it is changed. Wine is no Windows: see docs/packaging-windows.md for what it cannot show.
set -euo pipefail
setup=$(realpath "$1")
export WINEDEBUG=-all WINEARCH=win64
programs="$WINEPREFIX/drive_c/users/$(id -un)/AppData/Local/Programs/Fireside"
data="$WINEPREFIX/drive_c/users/$(id -un)/AppData/Local/Fireside"
menu="$WINEPREFIX/drive_c/users/$(id -un)/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Fireside.lnk"
registry() { wine reg query "$@" 2>/dev/null; }
check() { if eval "$2" >/dev/null; then echo "ok  $1"; else echo "NOT $1"; exit 1; fi; }
begun() { date +%s; }

started=$(begun)
wine "$setup" /S 2>/dev/null
echo "    installed in $(($(begun) - started)) s, $(du -sm "$programs" | cut -f1) MB"
check "the programs are there" '[ -s "$programs/Fireside.exe" ] && [ -s "$programs/python/pythonw.exe" ]'
check "the Start menu has it" '[ -s "$menu" ]'
check "no shortcut on the desktop unless asked" '[ ! -e "$WINEPREFIX/drive_c/users/$(id -un)/Desktop/Fireside.lnk" ]'
check ".fireside belongs to it" 'registry "HKCU\\Software\\Classes\\.fireside" /ve | grep -c Fireside.Assistant'
check "the command quotes the file" 'registry "HKCU\\Software\\Classes\\Fireside.Assistant\\shell\\open\\command" /ve | grep -c "Fireside.exe. .%1."'
check "it can be uninstalled from the settings" 'registry "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\Fireside" /v QuietUninstallString | grep -c uninstall.exe'
check "nothing for all users" '! registry "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\Fireside"'

mkdir -p "$data"
echo "my chats" > "$data/keep.txt"
touch "$programs/python/left-over.pyd" "$programs/mine.txt"
wine "$setup" /S 2>/dev/null
check "an upgrade leaves nothing of the old program" '[ ! -e "$programs/python/left-over.pyd" ]'
check "an upgrade keeps data and foreign files" '[ -s "$data/keep.txt" ] && [ -e "$programs/mine.txt" ]'
rm "$programs/mine.txt"

uninstall() {
    # _? keeps the uninstaller in place, so that it can be waited for; it then cannot delete itself.
    wine "$programs/uninstall.exe" "$@" "_?=$(winepath -w "$programs" 2>/dev/null)" 2>/dev/null
}
uninstall /S
check "uninstalling takes the programs and the menu" '[ ! -e "$programs/python" ] && [ ! -e "$programs/app" ] && [ ! -e "$menu" ]'
check "uninstalling takes the association" '! registry "HKCU\\Software\\Classes\\Fireside.Assistant"'
check "uninstalling keeps the data" '[ -s "$data/keep.txt" ]'
wine "$setup" /S 2>/dev/null
uninstall /S /DELETEDATA
check "it deletes the data when asked" '[ ! -e "$data" ]'
