namespace StoreConnector.Core.Automations;

/// <summary>How far an automation may go.</summary>
public enum AutomationMode
{
    /// <summary>Decides nothing, sends nothing.</summary>
    Off,

    /// <summary>Decides and writes the ledger, sends nothing. What a new store starts with.</summary>
    Shadow,

    /// <summary>Decides and sends.</summary>
    Live,
}

/// <summary>A setting that cannot be: which field, what it was, what it may be.</summary>
/// <param name="Field">The JSON path of the field, for example <c>steps[0].delay</c>.</param>
/// <param name="Value">What was sent, as text.</param>
/// <param name="Allowed">What it may be, in words with both ends of the range.</param>
public sealed record SettingError(string Field, string Value, string Allowed);
