"""Drives a headless LibreOffice Calc: one JSON command a line in, one answer a line out."""
import json
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue


def prop(name, value):
    p = PropertyValue()
    p.Name, p.Value = name, value
    return p


def connect(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(480):
        try:
            return resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe)
        except Exception:
            time.sleep(0.25)
    raise RuntimeError("soffice did not start")


class Driver:
    def __init__(self, desktop):
        self.desktop, self.doc = desktop, None

    def new(self):
        self.close()
        self.doc = self.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (prop("Hidden", True),))

    def open(self, path, filter="", options=""):
        self.close()
        how = [prop("Hidden", True), prop("UpdateDocMode", 3)]  # 3: update links without asking
        if filter:
            how += [prop("FilterName", filter), prop("FilterOptions", options)]
        self.doc = self.desktop.loadComponentFromURL("file://" + path, "_blank", 0, tuple(how))
        if self.doc is None:
            raise RuntimeError("cannot open " + path)

    def cell(self, sheet, cell):
        sheets = self.doc.Sheets
        found = sheets.getByName(sheet) if sheet else sheets.getByIndex(0)
        return found.getCellRangeByName(cell)

    def set(self, cell, sheet="", formula=None, value=None):
        target = self.cell(sheet, cell)
        if formula is not None:
            target.Formula = formula
        elif isinstance(value, str):
            target.String = value
        else:
            target.Value = value

    def get(self, cell, sheet=""):
        c = self.cell(sheet, cell)
        return {"value": c.Value, "text": c.String, "error": c.getError(), "type": c.Type.value, "formula": c.Formula}

    def name(self, name):
        content = self.doc.NamedRanges.getByName(name).Content
        sheet, cell = content.rsplit(".", 1)
        return {"sheet": sheet.strip("$'").replace("$'", ""), "cell": cell.replace("$", "")}

    def recalculate(self):
        self.doc.calculateAll()

    def store(self, path, filter, options=""):
        self.doc.storeToURL("file://" + path, (prop("FilterName", filter), prop("FilterOptions", options), prop("Overwrite", True)))

    def close(self):
        if self.doc is not None:
            self.doc.close(True)
            self.doc = None


def main():
    profile, pipe = sys.argv[1], sys.argv[2]
    office = subprocess.Popen(["soffice", "-env:UserInstallation=file://" + profile, "--headless", "--invisible", "--norestore", "--nologo",
                               "--accept=pipe,name=%s;urp;StarOffice.ComponentContext" % pipe])
    try:
        context = connect(pipe)
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        driver = Driver(desktop)
        for line in sys.stdin:
            command = json.loads(line)
            try:
                answer = {"ok": getattr(driver, command.pop("do"))(**command)}
            except Exception as error:
                answer = {"failed": "%s: %s" % (type(error).__name__, error)}
            print(json.dumps(answer), flush=True)
        driver.close()
        try:
            desktop.terminate()
        except Exception:
            pass
        office.wait(20)
    finally:
        office.kill()


main()
