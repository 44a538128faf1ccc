using System.Text.Json;
using System.Text.Json.Serialization;

namespace StoreConnector.Channels;

/// <summary>What one of a vendor's errors means. What is null is not looked at.</summary>
/// <param name="Means">The rest of the sentence "Twilio refused it: …", without personal data.</param>
internal sealed record VendorError(string Means)
{
    /// <summary>The vendor's own number or word.</summary>
    public string? Code { get; init; }

    /// <summary>The answer's HTTP status.</summary>
    public int? Status { get; init; }

    /// <summary>The field that the vendor names.</summary>
    public string? Field { get; init; }

    /// <summary>A part of what the vendor says, whatever its case.</summary>
    public string? Says { get; init; }

    /// <summary>What it says beyond the message when it is the answer to a request.</summary>
    public RefusalKind Refusal { get; init; }

    /// <summary>What it is when it is told later; null: an address that is refused is bad, all else failed.</summary>
    public DeliveryStatus? Report { get; init; }

    /// <summary>How far a message came that ended so.</summary>
    [JsonIgnore]
    public DeliveryStatus Ends => Report
        ?? (Refusal == RefusalKind.Address ? DeliveryStatus.BadAddress : DeliveryStatus.Failed);
}

/// <summary>
/// A vendor's errors, from a table that is part of this assembly: vendors change them, so they are data. What stands
/// first wins; what is not in it is about the one message, and for good.
/// </summary>
internal sealed class VendorErrors
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter() },
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private VendorErrors(IReadOnlyList<VendorError> all) => All = all;

    /// <summary>As they stand in the table.</summary>
    public IReadOnlyList<VendorError> All { get; }

    /// <summary>The table <c>{name}-errors.json</c>. A missing or malformed one is a mistake of ours.</summary>
    public static VendorErrors Load(string name)
    {
        using var stream = typeof(VendorErrors).Assembly.GetManifestResourceStream($"vendors/{name}-errors.json")
            ?? throw new InvalidOperationException($"The errors of {name} are not embedded.");
        return new(JsonSerializer.Deserialize<List<VendorError>>(stream, Options)
            ?? throw new InvalidOperationException($"The errors of {name} are empty."));
    }

    /// <summary>The error of that code; null when the table does not know it.</summary>
    public VendorError? Of(string? code) => code is null ? null : All.FirstOrDefault(e => e.Code == code);

    /// <summary>The first that fits an answer; null when none does.</summary>
    public VendorError? Of(int status, string? field, string? says) => All.FirstOrDefault(e =>
        e.Code is null && (e.Status is null || e.Status == status) && (e.Field is null || e.Field == field)
        && (e.Says is null || says?.Contains(e.Says, StringComparison.OrdinalIgnoreCase) == true));

    /// <summary>What a status says by itself: 401 and 403 are the account's, 404 is an account that is not there.
    /// </summary>
    public static RefusalKind KindOf(int status) => status switch
    {
        401 or 403 or 404 => RefusalKind.Account,
        429 => RefusalKind.Busy,
        _ => RefusalKind.Message,
    };
}
