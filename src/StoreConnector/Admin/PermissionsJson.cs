using StoreConnector.Core.Guards;

namespace StoreConnector.Admin;

/// <summary>What the merchant confirmed about permission, as the API shows it.</summary>
internal sealed record PermissionsModel(bool SoftOptInGb, bool OptOutLawUs, bool ImpliedCa)
{
    public static PermissionsModel Of(MerchantSwitches switches) =>
        new(switches.SoftOptInGb, switches.OptOutLawUs, switches.ImpliedCa);

    /// <summary>Lays what was sent over what is saved.</summary>
    public static MerchantSwitches Apply(JsonBody body, MerchantSwitches saved) => saved with
    {
        SoftOptInGb = body.Flag("softOptInGb") ?? saved.SoftOptInGb,
        OptOutLawUs = body.Flag("optOutLawUs") ?? saved.OptOutLawUs,
        ImpliedCa = body.Flag("impliedCa") ?? saved.ImpliedCa,
    };
}
