; The installer for Windows, out of the folder that `python packaging\build.py folder` made. Inno Setup 6 or newer:
;     iscc /DVersion=X.Y.Z packaging\windows\nnstudio.iss
; It asks for no administrator: everything goes to the user's own programs.

#ifndef Version
  #error Say which version it is: /DVersion=... as in nnstudio/__init__.py
#endif
#define Root "..\.."

[Setup]
AppId={{7C1B4E0B-6C0E-4B7A-9B0E-5B1F6A3D2E94}
AppName=nnstudio
AppVersion={#Version}
AppPublisher=the nnstudio authors
DefaultDirName={autopf}\nnstudio
DefaultGroupName=nnstudio
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
LicenseFile={#Root}\LICENSE
OutputDir={#Root}\dist
OutputBaseFilename=nnstudio-{#Version}-setup
UninstallDisplayIcon={app}\nnstudio.exe
; Explorer is told that .nns files look different now.
ChangesAssociations=yes
Compression=lzma2
SolidCompression=yes

[Files]
Source: "{#Root}\dist\nnstudio\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\nnstudio"; Filename: "{app}\nnstudio.exe"

[Registry]
Root: HKA; Subkey: "Software\Classes\.nns"; ValueType: string; ValueData: "nnstudio.project"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\nnstudio.project"; ValueType: string; ValueData: "nnstudio project"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\nnstudio.project\DefaultIcon"; ValueType: string; ValueData: "{app}\_internal\project.ico"
Root: HKA; Subkey: "Software\Classes\nnstudio.project\shell\open\command"; ValueType: string; ValueData: """{app}\nnstudio.exe"" ""%1"""
